import type { Target } from "../../data/questions/question.ts";
import type { Answer, Reward } from "../records.ts";
import {
  type Failure,
  judgeAnswer,
  type Judgement,
  LARGEST,
} from "./judge/judge_answer.ts";

/** The score of an answer, or why it has none: a reward failed, or the sum is too large. */
export type Weighed =
  | {
    /** By reward. */
    readonly values: Readonly<Record<string, number>>;
    readonly sum: number;
  }
  | Failure
  | { readonly overflow: string };

/**
 * The value of each reward for an answer, and their sum, each times its weight.
 *
 * @param weights By name of reward. Default 1.
 * @param judged Known judgements: these rewards are not called.
 */
export function weighRewards(
  rewards: Readonly<Record<string, Reward>>,
  weights: Readonly<Record<string, number>>,
  answer: Answer,
  target: Target,
  judged?: Judgement,
): Weighed {
  const values: [name: string, value: number][] = [];
  let sum = 0;
  for (const [name, reward] of Object.entries(rewards)) {
    const value = judged?.get(name) ?? judgeAnswer(name, reward, answer, target);
    if (typeof value !== "number") return value;
    values.push([name, value]);
    sum += weightOf(name, weights) * value;
  }
  // Entries, because "__proto__" cannot be assigned in a record.
  if (Math.abs(sum) <= LARGEST) return { values: Object.fromEntries(values), sum };
  const terms = values.map(([name, value]) =>
    `${weightOf(name, weights)} × ${value} (${name})`
  );
  return { overflow: `${terms.join(" + ")} = ${sum}` };
}

function weightOf(name: string, weights: Readonly<Record<string, number>>): number {
  return Object.hasOwn(weights, name) ? weights[name]! : 1;
}

/**
 * Checks the values of weights; `checkRewardWeights` checks their names too.
 *
 * @throws {RangeError} If a weight is not a number in ±1e100.
 */
export function checkWeightValues(weights: Readonly<Record<string, number>>): void {
  for (const [name, weight] of Object.entries(weights)) {
    if (Number.isFinite(weight) && Math.abs(weight) <= LARGEST) continue;
    throw new RangeError(
      `The weight of reward "${name}" is ${weight}; give a number between -${LARGEST} and ` +
        `${LARGEST}`,
    );
  }
}
