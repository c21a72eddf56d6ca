import { map, type OperatorFunction } from "npm:rxjs@7.8.2";
import type { Completion, Parsed } from "../records.ts";
import { parseAnswer } from "./parse_answer.ts";

/**
 * Reads the answer of every completion, in order; boxes are converted from
 * the completion's frame into the frame 0–1000.
 *
 * Parsing is total and fast, so this maps: it neither waits nor reorders, and it never
 * ends the stream with an error of its own.
 *
 * @example
 * ```ts
 * import { from } from "rxjs";
 * import type { Completion } from "../records.ts";
 * import { parseAnswers } from "./parse_answers.ts";
 *
 * const completions: Completion[] = [];
 * from(completions).pipe(parseAnswers()).subscribe(({ answer }) => answer.detections);
 * ```
 */
export function parseAnswers(): OperatorFunction<Completion, Parsed> {
  return map((completion) => ({
    ...completion,
    answer: parseAnswer(completion.text, completion.frame),
  }));
}
