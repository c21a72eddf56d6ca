import * as tf from "npm:@tensorflow/tfjs@4.22.0";

/** Values of tensors in memory that all threads share, one after another. */
export interface SharedTensors {
  readonly tensors: readonly {
    readonly name: string;
    readonly shape: readonly number[];
  }[];
  /** Their values, 32-bit floats. */
  readonly memory: SharedArrayBuffer;
}

/** Room for tensors of these names and shapes. */
export function sharedTensors(like: ReadonlyMap<string, tf.Tensor>): SharedTensors {
  const tensors = [...like].map(([name, { shape }]) => ({ name, shape }));
  const size = [...like.values()].reduce((sum, tensor) => sum + tensor.size, 0);
  return { tensors, memory: new SharedArrayBuffer(4 * size) };
}

/**
 * Writes tensors into shared memory.
 *
 * @returns The names of those that there are.
 */
export function writeShared(
  shared: SharedTensors,
  from: Pick<ReadonlyMap<string, tf.Tensor>, "get">,
): string[] {
  const values = new Float32Array(shared.memory);
  return places(shared).flatMap(({ name, start }) => {
    const tensor = from.get(name);
    if (tensor === undefined) return [];
    values.set(tensor.dataSync() as Float32Array, start);
    return [name];
  });
}

/**
 * Copies tensors out of shared memory; the caller owns them.
 *
 * @param names Default: all.
 */
export function readShared(
  shared: SharedTensors,
  names?: readonly string[],
): Map<string, tf.Tensor> {
  const wanted = names && new Set(names), values = new Float32Array(shared.memory);
  return new Map(
    places(shared)
      .filter(({ name }) => wanted?.has(name) ?? true)
      .map(({ name, shape, start, end }) => [
        name,
        tf.tensor(values.slice(start, end), [...shape], "float32"),
      ]),
  );
}

function places({ tensors }: SharedTensors) {
  let end = 0;
  return tensors.map(({ name, shape }) => {
    const start = end;
    end += shape.reduce((product, size) => product * size, 1);
    return { name, shape, start, end };
  });
}
