import type { Reward } from "../records.ts";
import { type RewardOptions, thresholdOf } from "./criteria/options.ts";
import { type Profile, PROFILES, rewardsFor } from "./profiles.ts";
import { checkRewardName } from "./judge/reward_name.ts";
import type { RewardChoice } from "./score_rewards.ts";

/** What the rewards of a run start from: a profile, or "none" for the caller's own alone. */
export type ProfileChoice = Profile | "none";

/** The names of the profiles, and "none". */
export const PROFILE_CHOICES: readonly ProfileChoice[] = [...PROFILES, "none"];

const KINDS = [
  ...["detection", "classification", "grounding"] as const,
  ...["number", "text", "choice", "point", "own"] as const,
];

/**
 * The rewards of a profile and the caller's own, for targets of every kind.
 *
 * Own rewards judge every answer, for targets of every kind, and are summed with the
 * others, each times its weight: see `scoreRewards`. With the profile "none" there are no others.
 *
 * @param own By name.
 * @param options For the profile's rewards; own rewards do not see them.
 * @throws {RangeError} If an own reward has the name of one of the profile's or a name that a metric
 * cannot have (see `checkRewardName`), if there are no rewards at all, or if an option is out of
 * its range.
 *
 * @example
 * ```ts
 * import { chooseRewards } from "./choose_rewards.ts";
 *
 * const choice = chooseRewards("hardened", { brief: ({ text }) => 1 / (1 + text.length) });
 * Object.keys(choice({ kind: "classification", label: "cat" }));
 * // ["accuracy", "format", "brief"]
 * ```
 */
export function chooseRewards(
  profile: ProfileChoice,
  own: Readonly<Record<string, Reward>> = {},
  options?: RewardOptions,
): RewardChoice {
  for (const name of Object.keys(own)) checkRewardName(name);
  if (profile === "none") {
    if (Object.keys(own).length === 0) {
      throw new RangeError(
        "The profile none has no rewards: give one of your own, as in option reward ./mine.ts",
      );
    }
    return () => own;
  }
  if (options) thresholdOf(options);
  for (const name of rewardNames(profile)) {
    if (Object.hasOwn(own, name)) {
      throw new RangeError(
        `The profile ${profile} has a reward ${JSON.stringify(name)} too: ` +
          `give yours another name, or leave the profile out with option profile none`,
      );
    }
  }
  return ({ kind }) => ({ ...rewardsFor(profile, kind, options), ...own });
}

/** The names of a profile's rewards, for targets of every kind. */
export function rewardNames(profile: ProfileChoice): readonly string[] {
  if (profile === "none") return [];
  return [...new Set(KINDS.flatMap((kind) => Object.keys(rewardsFor(profile, kind))))];
}
