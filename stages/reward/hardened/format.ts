import type { Target } from "../../../data/questions/question.ts";
import type { Answer } from "../../records.ts";
import { isInForm } from "../criteria/in_form.ts";
import type { RewardOptions } from "../criteria/options.ts";

/**
 * Whether the completion has the requested form and says something:
 *
 *   R_format = 1 if the text is one think block followed by one answer block that is not
 *   empty, and 0 otherwise.
 *
 * The paper's format reward (section 3.2), but 0 for an empty answer.
 *
 * @param options May say that no thinking was asked for: then one answer block alone that is not
 * empty earns 1.
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
export function format(
  answer: Answer,
  _target?: Target,
  options: RewardOptions = {},
): number {
  return isInForm(answer, options) && answer.content !== "" ? 1 : 0;
}
