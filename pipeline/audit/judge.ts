import type { RewardChoice } from "../../stages/reward/score_rewards.ts";
import { weighRewards } from "../../stages/reward/weigh_rewards.ts";
import { parseAnswer } from "../../stages/parse/parse_answer.ts";
import type { Answer } from "../../stages/records.ts";
import type { AuditQuestion } from "./questions.ts";

/** What a text is worth: the weighted sum of its rewards, or why there is none. */
export type Worth = { readonly value: number } | { readonly broken: string };

/** Says what texts are worth as answers to questions. */
export interface Judge {
  (text: string | Answer, question: AuditQuestion): Worth;
}

/**
 * Judges texts by rewards and their weights (default: 1). If a reward throws or is not finite, the
 * judge says so and does not fail.
 */
export function judgeOf(
  choose: RewardChoice,
  weights: Readonly<Record<string, number>> = {},
): Judge {
  return (text, { target }) => {
    const answer = typeof text === "string" ? parseAnswer(text) : text;
    const weighed = weighRewards(choose(target), weights, answer, target);
    if ("sum" in weighed) return { value: weighed.sum };
    return {
      broken: "failed" in weighed
        ? `reward ${JSON.stringify(weighed.failed)} ${weighed.why}`
        : `the weighted sum is too large: ${weighed.overflow}`,
    };
  };
}
