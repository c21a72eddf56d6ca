import type { Question, QuestionSource } from "./question.ts";

/**
 * A question for an evaluation: nothing in place of one whose picture is bad, where the source
 * leaves such out. See `skipBadImages`.
 */
export function askable(
  source: QuestionSource,
  index: number,
): Promise<Question | undefined> {
  return source.questionUnlessBad?.(index) ?? source.question(index);
}
