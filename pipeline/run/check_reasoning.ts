import type { QuestionSource } from "../../data/questions/question.ts";

/**
 * Makes sure that there is a reasoning text to learn.
 *
 * A source that does not count them is asked for its questions up to the first with one.
 *
 * @throws {RangeError} Where no question of the source holds one: names the remedy.
 */
export async function checkReasoning(source: QuestionSource): Promise<void> {
  const { reasoned, name, size } = source;
  const isAny = reasoned === undefined ? await isAnyReasoned(source) : reasoned > 0;
  if (isAny) return;
  throw new RangeError(
    `--targets full: none of the ${size} questions of ${name} holds a reasoning text; ` +
      "write them under the key reasoning of a jsonl file, or as <think>…</think> of a " +
      "solution, or learn --targets answer",
  );
}

async function isAnyReasoned(source: QuestionSource): Promise<boolean> {
  for (let index = 0; index < source.size; index++) {
    if ((await source.question(index)).reasoning !== undefined) return true;
  }
  return false;
}
