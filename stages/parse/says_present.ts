import type { Answer } from "../records.ts";

/** A word at the beginning, in any case, behind whatever is no letter. */
const YES = /^[^\p{L}]*yes\b/iu;
const NO = /^[^\p{L}]*no(ne)?\b/iu;

/**
 * Whether an answer to "is there any …?" says that there is.
 *
 * "Yes …" and "No …" count, in the answer block or, where there is none, in the whole text;
 * else stated boxes do, so that a detection prompt can ask the question too. What affirms
 * nothing says no. Total.
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
