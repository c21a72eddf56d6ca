import { nearestName } from "../../data/nearest_name.ts";
import type { Reward } from "../records.ts";
import { type ProfileChoice, rewardNames } from "./choose_rewards.ts";
import type { TargetKinds } from "./target_kind.ts";
import { checkWeightValues } from "./weigh_rewards.ts";

/**
 * Checks that every weight is a number and belongs to an existing reward: one of the profile's,
 * for targets of any kind, or one of the caller's own.
 *
 * @param own By name.
 * @param kinds The caller's kinds of targets by name, whose rewards have weights too.
 * @throws {RangeError} If a weight is not a number in ±1e100, or if no reward has its name; the
 * message suggests the nearest name.
 *
 * @example
 * ```ts
 * import { checkRewardWeights } from "./reward_weights.ts";
 *
 * checkRewardWeights({ accuracy: 2, brief: 0.1 }, "hardened", { brief: () => 1 });
 * ```
 */
export function checkRewardWeights(
  weights: Readonly<Record<string, number>>,
  profile: ProfileChoice,
  own: Readonly<Record<string, Reward>> = {},
  kinds: TargetKinds = {},
): void {
  checkWeightValues(weights);
  const names = [...new Set([...rewardNames(profile, kinds), ...Object.keys(own)])];
  for (const name of Object.keys(weights)) {
    if (names.includes(name)) continue;
    const near = nearestName(name, names);
    const remedy = near === undefined
      ? `the rewards are ${names.join(", ")}`
      : `did you mean ${JSON.stringify(near)}?`;
    throw new RangeError(
      `rewardWeights: there is no reward ${JSON.stringify(name)}: ${remedy}`,
    );
  }
}
