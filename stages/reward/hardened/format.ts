import type { Target } from "../../../data/questions/question.ts";
import type { Answer } from "../../records.ts";
import { isInAskedForm } from "../criteria/in_asked_form.ts";
import { isInForm } from "../criteria/in_form.ts";
import type { RewardOptions } from "../criteria/options.ts";

/**
 * Whether the completion has the requested form and says something:
 *
 *   R_format = 1 if the text is one think block followed by one answer block that is not
 *   empty and has the form that the prompt shows, and 0 otherwise.
 *
 * The paper's format reward (section 3.2), but 0 for an empty answer, and for boxes in another form
 * than the prompt's (see `isInAskedForm`).
 *
 * @param options May say that no thinking was asked for: then one answer block alone that is not
 * empty earns 1. May name the form that the prompt shows.
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
  target?: Target,
  options: RewardOptions = {},
): number {
  if (!isInForm(answer, options) || answer.content === "") return 0;
  return target === undefined || isInAskedForm(answer, target.kind, options.form) ? 1 : 0;
}
