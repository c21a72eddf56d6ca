import { mean, sampleDeviation } from "../../data/statistics.ts";
import type { Advantaged, Group } from "../records.ts";

/** Figures of a step's rewards, named as TRL names them. */
export interface RewardFigures extends Readonly<Record<string, number>> {
  readonly reward: number;
  readonly reward_std: number;
  readonly frac_reward_zero_std: number;
}

/**
 * Mean and spread of a step's rewards, with `rewards/<name>/mean` and `rewards/<name>/std` over
 * the completions that have a reward of that name.
 *
 * @throws {RangeError} If a figure is not finite: names it and the completion whose reward is the
 * largest.
 */
export function rewardFigures(
  groups: readonly Group[],
  completions: readonly Advantaged[],
): RewardFigures {
  const named: Record<string, number> = {};
  for (
    const name of new Set(completions.flatMap(({ rewards }) => Object.keys(rewards)))
  ) {
    const judged = completions.filter(({ rewards }) => Object.hasOwn(rewards, name));
    const valueOf = ({ rewards }: Advantaged) => rewards[name]!;
    const values = judged.map(valueOf);
    const figures = {
      [`rewards/${name}/mean`]: mean(values),
      [`rewards/${name}/std`]: sampleDeviation(values),
    };
    checkFinite(figures, judged, valueOf);
    Object.assign(named, figures);
  }
  const figures = {
    reward: mean(completions.map(({ reward }) => reward)),
    reward_std: mean(groups.map(({ rewardStd }) => rewardStd)),
    frac_reward_zero_std: mean(groups.map(({ rewardStd }) => rewardStd === 0 ? 1 : 0)),
  };
  checkFinite(figures, completions, ({ reward }) => reward);
  return { ...figures, ...named };
}

function checkFinite(
  figures: Readonly<Record<string, number>>,
  completions: readonly Advantaged[],
  valueOf: (completion: Advantaged) => number,
): void {
  for (const [figure, value] of Object.entries(figures)) {
    if (Number.isFinite(value)) continue;
    const worst = completions.reduce((a, b) =>
      Math.abs(valueOf(a)) >= Math.abs(valueOf(b)) ? a : b
    );
    throw new RangeError(
      `The figure ${figure} is ${value}: completion ${worst.id} has ${
        valueOf(worst)
      } there, ` +
        "and a sum or a square of such numbers is infinite; give smaller rewards",
    );
  }
}
