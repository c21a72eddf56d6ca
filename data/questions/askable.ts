import type { Question, QuestionSource } from "./question.ts";

/**
 * A question for an evaluation; `undefined` if its image is bad and the source leaves such out. See
 * `skipBadImages`.
 */
export function askable(
  source: QuestionSource,
  index: number,
): Promise<Question | undefined> {
  return source.questionUnlessBad?.(index) ?? source.question(index);
}
