import type { QuestionSource } from "../../data/questions/question.ts";

/**
 * Makes sure that there is a reasoning text to learn.
 *
 * If the source has not counted them, its questions are read up to the first one that has.
 *
 * @throws {RangeError} If no question of the source has one: names the remedy.
 */
export async function checkReasoning(source: QuestionSource): Promise<void> {
  const { reasoned, name, size } = source;
  const isAny = reasoned === undefined ? await isAnyReasoned(source) : reasoned > 0;
  if (isAny) return;
  throw new RangeError(
    `targets full: none of the ${size} questions of ${name} has a reasoning text; ` +
      "write them under the key reasoning of a jsonl file, or as <think>…</think> of a " +
      "solution, or learn the answers alone with option targets answer",
  );
}

async function isAnyReasoned(source: QuestionSource): Promise<boolean> {
  for (let index = 0; index < source.size; index++) {
    if ((await source.question(index)).reasoning !== undefined) return true;
  }
  return false;
}
