import type { Answer } from "../records.ts";

/** A word at the beginning, in any case, after anything that is not a letter. */
const YES = /^[^\p{L}]*yes\b/iu;
const NO = /^[^\p{L}]*no(ne)?\b/iu;

/**
 * Whether an answer to "is there any …?" says that there is.
 *
 * "Yes …" and "No …" count, in the answer block or, if there is none, in the whole text;
 * else stated boxes count, so that a detection prompt can ask the question too. An answer that
 * affirms nothing says no. Total.
 *
 * @example
 * ```ts
 * import { parseAnswer } from "./parse_answer.ts";
 * import { saysPresent } from "./says_present.ts";
 *
 * saysPresent(parseAnswer("<think>fur</think><answer>Yes</answer>")); // true
 * saysPresent(parseAnswer("<answer>No Objects</answer>")); // false
 * ```
 */
export function saysPresent({ text, content, noObjects, detections }: Answer): boolean {
  const said = content ?? text;
  if (noObjects || NO.test(said)) return false;
  return YES.test(said) || detections.length > 0;
}
