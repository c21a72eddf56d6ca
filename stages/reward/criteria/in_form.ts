import type { Answer } from "../../records.ts";
import type { RewardOptions } from "./options.ts";

/**
 * Whether a completion has the requested form: one think block followed by one
 * answer block, or, without thinking, one answer block alone.
 */
export function isInForm(
  { wellFormed, answerAlone }: Pick<Answer, "wellFormed" | "answerAlone">,
  { thinking = true }: Pick<RewardOptions, "thinking">,
): boolean {
  return thinking ? wellFormed : answerAlone;
}
