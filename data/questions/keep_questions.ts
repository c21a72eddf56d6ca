import type { Question } from "./question.ts";

/** Pixels of the questions that `keepQuestions` keeps at most, in bytes. */
export const KEPT_BYTES = 2 ** 23;

/**
 * Makes each question once: a second call with the same index returns the same object, and so does
 * whatever is kept with it, such as its tokens.
 *
 * The questions that are asked first are kept, until their pixels reach {@linkcode KEPT_BYTES}; the
 * others are made at each call. A question that is kept takes about nine times its pixels, with
 * what the model's processor makes of them.
 *
 * @param make A pure function of the index.
 *
 * @example
 * ```ts
 * import { keepQuestions } from "./keep_questions.ts";
 *
 * const question = keepQuestions((index) => ({
 *   id: `${index}`,
 *   images: [],
 *   prompt: "What is the main object?",
 *   target: { kind: "classification", label: "cat" },
 * }));
 * question(3) === question(3); // true
 * ```
 */
export function keepQuestions(
  make: (index: number) => Question,
): (index: number) => Question {
  const kept = new Map<number, Question>();
  let bytes = 0;
  return (index) => {
    const before = kept.get(index);
    if (before !== undefined) return before;
    const question = make(index);
    const size = question.images.reduce((sum, { data }) => sum + data.length, 0);
    if (bytes + size <= KEPT_BYTES) {
      kept.set(index, question);
      bytes += size;
    }
    return question;
  };
}
