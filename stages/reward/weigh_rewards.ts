import type { Target } from "../../data/question.ts";
import type { Answer, Reward } from "../records.ts";

/** What an answer earns, or the first reward that has no judgement of it. */
export type Weighed =
  | {
    /** By reward. */
    readonly values: Readonly<Record<string, number>>;
    readonly sum: number;
  }
  | { readonly failed: string; readonly threw: unknown }
  | { readonly failed: string; readonly value: number };

/**
 * What an answer earns by each reward, and their sum, each times its weight.
 *
 * @param weights By name of reward; 1 where absent.
 */
export function weighRewards(
  rewards: Readonly<Record<string, Reward>>,
  weights: Readonly<Record<string, number>>,
  answer: Answer,
  target: Target,
): Weighed {
  const values: Record<string, number> = {};
  let sum = 0;
  for (const [name, reward] of Object.entries(rewards)) {
    let value: number;
    try {
      value = reward(answer, target);
    } catch (threw) {
      return { failed: name, threw };
    }
    if (!Number.isFinite(value)) return { failed: name, value };
    values[name] = value;
    sum += (weights[name] ?? 1) * value;
  }
  return { values, sum };
}
