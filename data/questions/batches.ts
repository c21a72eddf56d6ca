import { hashText, permutation } from "../random.ts";

const BATCHES = hashText("batches");

/**
 * Which questions a step trains on: a pure function of its arguments, so that a resumed run
 * takes the batches that an uninterrupted one would have.
 *
 * Steps take `batchSize` places each of one endless line of epochs. An epoch is all of
 * 0 … size − 1 in an order of its own, drawn by `seed`: nothing is repeated before everything
 * was seen. A batch that reaches past an epoch's end continues in the next, so a batch larger
 * than the set holds some questions more than once.
 *
 * @param size Number of questions, at least 1.
 * @param batchSize Questions a step, at least 1.
 * @param step Counted from 0.
 * @returns `batchSize` integers in [0, size).
 * @throws {RangeError} If an argument is out of its range.
 *
 * @example Two steps go through four questions
 * ```ts
 * import { batchIndices } from "./batches.ts";
 *
 * [...batchIndices(4, 2, 7, 0), ...batchIndices(4, 2, 7, 1)].sort(); // [0, 1, 2, 3]
 * ```
 */
export function batchIndices(
  size: number,
  batchSize: number,
  seed: number,
  step: number,
): number[] {
  atLeast("The number of questions", size, 1);
  atLeast("The batch size", batchSize, 1);
  atLeast("The step", step, 0);
  const indices: number[] = [];
  const first = step * batchSize;
  let order = permutation(0);
  for (let place = first; place < first + batchSize; place++) {
    const within = place % size;
    if (place === first || within === 0) {
      order = permutation(size, BATCHES, seed, (place - within) / size);
    }
    indices.push(order[within]!);
  }
  return indices;
}

function atLeast(what: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(`${what} is an integer of at least ${least}, not ${value}`);
}
