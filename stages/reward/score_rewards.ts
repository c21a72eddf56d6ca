import { map, type OperatorFunction } from "rxjs";
import type { Target } from "../../data/question.ts";
import type { Parsed, Reward, Scored } from "../records.ts";
import { type Profile, rewardsFor } from "./profiles.ts";
import { weighRewards } from "./weigh_rewards.ts";

/** Chooses the rewards that a target is judged by, by name. */
export type RewardChoice = (target: Target) => Readonly<Record<string, Reward>>;

/**
 * Scores every parsed completion with each reward, in the order in which they come, and sums
 * the rewards up, each times its weight.
 *
 * Rewards are pure and quick, so this maps; it neither batches nor reorders.
 *
 * @param rewards A profile, or a choice of rewards by target.
 * @param weights By name of reward; 1 where absent. A name that is not among a completion's
 * rewards has no effect on it.
 * @throws {TypeError} As an error of the stream, where a reward throws or returns something
 * that is not a finite number: the message names the reward, the completion and its text.
 * @throws {RangeError} Where a weight is not finite.
 *
 * @example
 * ```ts
 * import { from } from "rxjs";
 * import type { Parsed } from "../records.ts";
 * import { scoreRewards } from "./score_rewards.ts";
 *
 * const parsed: Parsed[] = [];
 * from(parsed).pipe(scoreRewards("hardened", { format: 0.5 }))
 *   .subscribe(({ reward }) => reward);
 * ```
 */
export function scoreRewards(
  rewards: Profile | RewardChoice,
  weights: Readonly<Record<string, number>> = {},
): OperatorFunction<Parsed, Scored> {
  for (const [name, weight] of Object.entries(weights)) {
    if (!Number.isFinite(weight)) {
      throw new RangeError(`The weight of reward "${name}" is ${weight}; give a number`);
    }
  }
  const choose: RewardChoice = typeof rewards === "string"
    ? (target) => rewardsFor(rewards, target.kind)
    : rewards;
  return map((parsed) => score(parsed, choose(parsed.question.target), weights));
}

function score(
  parsed: Parsed,
  rewards: Readonly<Record<string, Reward>>,
  weights: Readonly<Record<string, number>>,
): Scored {
  const { answer, question: { target } } = parsed;
  const weighed = weighRewards(rewards, weights, answer, target);
  if ("sum" in weighed) {
    return { ...parsed, rewards: weighed.values, reward: weighed.sum };
  }
  const who = culprit(weighed.failed, parsed);
  if ("threw" in weighed) {
    const { threw: cause } = weighed;
    throw new TypeError(`${who} threw: ${cause}`, { cause });
  }
  throw new TypeError(`${who} is not a finite number: it is ${weighed.value}`);
}

function culprit(name: string, { id, text }: Parsed): string {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return `Reward "${name}" of completion ${id}, ${JSON.stringify(shown)},`;
}
