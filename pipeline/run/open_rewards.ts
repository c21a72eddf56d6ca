import { loadRewards, type OwnRewards } from "../open/load_rewards.ts";
import { chooseRewards } from "../../stages/reward/choose_rewards.ts";
import { checkRewardWeights } from "../../stages/reward/reward_weights.ts";
import type { RewardChoice } from "../../stages/reward/score_rewards.ts";
import { rewardOptions } from "../settings/stage_options.ts";
import type { BegunRun } from "./begin_run.ts";
import { checkSameRewards } from "./check_unchanged.ts";
import type { RunParts } from "./run_parts.ts";

/** What a run's answers are judged by. */
export interface RunRewards {
  /** The caller's own: functions, and those of modules. */
  readonly own: OwnRewards;
  /** Those of the profile, and the caller's own. */
  readonly rewards: RewardChoice;
}

/**
 * Loads the caller's own rewards and adds them to the profile's.
 *
 * @throws {TypeError} If a run is resumed with other rewards than it had, and the caller names
 * none; see `checkSameRewards`.
 * @throws As `loadRewards`, `chooseRewards` and `checkRewardWeights` do.
 */
export async function openRewards(
  { given, settings, checkpoint }: BegunRun,
  { rewards: functions, targetKinds }: Pick<RunParts, "rewards" | "targetKinds">,
): Promise<RunRewards> {
  const { reward, rewardTimeout: timeout, rewardWeights, profile } = settings;
  await using opening = new AsyncDisposableStack();
  const own = opening.use(await loadRewards(reward, functions, { timeout }));
  const rewards = chooseRewards(
    profile,
    own.rewards,
    rewardOptions(settings),
    targetKinds,
  );
  if (checkpoint && given.reward === undefined) {
    checkSameRewards(given.resume!, checkpoint.made.rewards, own.sources);
  }
  checkRewardWeights(rewardWeights, profile, own.rewards, targetKinds);
  opening.move(); // the caller closes them
  return { own, rewards };
}
