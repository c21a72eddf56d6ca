import type { Answer } from "../../records.ts";

/**
 * Whether the completion keeps to its form and says something:
 *
 *   R_format = 1 where the text is one think block followed by one answer block that is not
 *   empty, and 0 otherwise.
 *
 * The paper's format reward (section 3.2) less its pay for an empty answer.
 *
 * @returns 0 or 1.
 *
 * @example
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { format } from "./format.ts";
 *
 * format(parseAnswer("<think>red</think><answer>apple</answer>")); // 1
 * format(parseAnswer("<think>red</think><answer></answer>")); // 0
 * ```
 */
export function format({ wellFormed, content }: Answer): number {
  return wellFormed && content !== "" ? 1 : 0;
}
