import type { Target } from "../../../data/questions/question.ts";
import type { Answer } from "../../records.ts";
import type { RewardOptions } from "../criteria/options.ts";
import { PYTHON_SPACE } from "./python_text.ts";

const MIDDLE = new RegExp(`</think>[${PYTHON_SPACE}]*<answer>`);

/**
 * `format_reward` of the official scripts, exactly:
 *
 *   R_format = 1 if `<think>.*?</think>\s*<answer>.*?</answer>` matches the whole text with
 *   any character, line breaks too, for the dot, and 0 otherwise.
 *
 * More tags may be inside; a blank before the first or after the last makes it 0.
 *
 * @param options May say that no thinking was asked for, which the authors' scripts always do:
 * then their expression without its first block, `<answer>.*?</answer>`, is matched.
 * @returns 0 or 1.
 *
 * @example
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { format } from "./format.ts";
 *
 * format(parseAnswer("<think></think><answer></answer>")); // 1
 * format(parseAnswer("<think></think><answer></answer>\n")); // 0
 * ```
 */
export function format(
  { text }: Answer,
  _target?: Target,
  { thinking = true }: RewardOptions = {},
): number {
  if (!thinking) {
    return text.startsWith("<answer>") && text.endsWith("</answer>") ? 1 : 0;
  }
  if (!text.startsWith("<think>") || !text.endsWith("</answer>")) return 0;
  return MIDDLE.test(text.slice("<think>".length, -"</answer>".length)) ? 1 : 0;
}
