import type { Reward } from "../records.ts";
import { type RewardOptions, thresholdOf } from "./criteria/options.ts";
import { type Profile, PROFILES, rewardsFor } from "./profiles.ts";
import { checkRewardName } from "./judge/reward_name.ts";
import type { RewardChoice } from "./score_rewards.ts";
import {
  asRewards,
  checkTargetKinds,
  type TargetKind,
  targetKind,
  type TargetKinds,
} from "./target_kind.ts";

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
 * Targets of a kind that the caller defines have the kind's rewards beside the profile's `format`.
 *
 * @param own By name.
 * @param options For the profile's rewards; own rewards do not see them.
 * @param kinds The caller's kinds of targets by name.
 * @throws {RangeError} If an own reward has the name of one of the profile's or a name that a metric
 * cannot have (see `checkRewardName`), if there are no rewards at all, or if an option is out of
 * its range; when a target is judged, if nobody has defined its kind.
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
  kinds: TargetKinds = {},
): RewardChoice {
  for (const name of Object.keys(own)) checkRewardName(name);
  checkTargetKinds(kinds);
  const beside = profile === "none" ? own : { ...own, format: undefined };
  const ofKinds = new Map(
    Object.entries(kinds).map(([kind, { rewards }]) => {
      const name = Object.keys(rewards).find((name) => Object.hasOwn(beside, name));
      if (name === undefined) return [kind, asRewards(rewards as TargetKind["rewards"])];
      throw new RangeError(
        `The kind of target ${JSON.stringify(kind)} has a reward ${
          JSON.stringify(name)
        }, ` +
          "and there is another one of that name beside it: give one of them another name",
      );
    }),
  );
  const ofKind = (name: string) =>
    ofKinds.get(name) ?? asRewards(targetKind(name, kinds).rewards);
  if (profile === "none") {
    if (Object.keys(own).length === 0 && ofKinds.size === 0) {
      throw new RangeError(
        "The profile none has no rewards: give one of your own, as in option reward ./mine.ts",
      );
    }
    if (ofKinds.size === 0) return () => own;
    return (target) => target.kind === "own" ? { ...ofKind(target.name), ...own } : own;
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
  return (target, form) => ({
    ...target.kind === "own" && ofKind(target.name),
    ...rewardsFor(profile, target.kind, form ? { ...options, form } : options),
    ...own,
  });
}

/** The names of a profile's rewards, for targets of every kind, and of those of `kinds`. */
export function rewardNames(
  profile: ProfileChoice,
  kinds: TargetKinds = {},
): readonly string[] {
  const own = Object.values(kinds).flatMap(({ rewards }) => Object.keys(rewards));
  if (profile === "none") return [...new Set(own)];
  const names = KINDS.flatMap((kind) => Object.keys(rewardsFor(profile, kind)));
  return [...new Set([...names, ...own])];
}
