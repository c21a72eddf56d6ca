import type { Target } from "../../../data/questions/question.ts";
import type { Answer } from "../../records.ts";
import { isInForm } from "../criteria/in_form.ts";
import type { RewardOptions } from "../criteria/options.ts";

/**
 * Whether the completion has the requested form (section 3.2 of the paper):
 *
 *   R_format = 1 if the text is one think block followed by one answer block, else 0.
 *
 * The content of the blocks does not matter: two empty ones earn 1.
 *
 * @param options May say that no thinking was asked for: then one answer block alone earns 1.
 * @returns 0 or 1.
 *
 * @example
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { format } from "./format.ts";
 *
 * format(parseAnswer("<think>red</think><answer>apple</answer>")); // 1
 * format(parseAnswer("<answer>apple</answer>")); // 0
 * ```
 */
export function format(
  answer: Answer,
  _target?: Target,
  options: RewardOptions = {},
): number {
  return isInForm(answer, options) ? 1 : 0;
}
