import { concatMap, type OperatorFunction, pipe, toArray } from "npm:rxjs@7.8.2";
import { fromAbortable } from "../from_abortable.ts";
import type { Policy } from "../policy/policy.ts";
import type { Advantaged, Group, StepMetrics } from "../records.ts";
import { grpoMetrics, type GrpoOptions, grpoTokenLoss } from "./grpo_token_loss.ts";

/** How one step's groups move the policy. */
export interface UpdatePolicyOptions extends GrpoOptions {
  readonly step: number;
  readonly learningRate: number;
  /** The temperature that the completions were sampled at. */
  readonly temperature: number;
  /** Updates on the same completions; from the second on, the ratio is clipped. Default 1. */
  readonly numIterations?: number;
  /** Completions that ended by length carry no loss. Default false. */
  readonly maskTruncated?: boolean;
}

/**
 * Waits for all groups of a step, makes `numIterations` updates with them and emits one record
 * of figures. A step without groups makes no update and emits nothing.
 *
 * With more than one update the old log-probabilities are those of the first pass, as the
 * learner computes them. Unsubscribing aborts the first update before it moves a weight; once
 * the first is made, the others follow, so that a step is made whole or not at all.
 *
 * @throws {RangeError} As an error of the stream, before the first update, if the mean or the
 * deviation of a reward over the step is not finite: the message names the reward and the
 * completion that has the largest.
 */
export function updatePolicy(
  policy: Pick<Policy, "update">,
  options: UpdatePolicyOptions,
): OperatorFunction<Group, StepMetrics> {
  return pipe(
    toArray(),
    concatMap((groups) =>
      groups.length === 0
        ? []
        : fromAbortable((signal) => update(policy, groups, options, signal))
    ),
  );
}

async function update(
  policy: Pick<Policy, "update">,
  groups: readonly Group[],
  { step, learningRate, temperature, numIterations = 1, ...grpo }: UpdatePolicyOptions,
  signal: AbortSignal,
): Promise<StepMetrics> {
  const completions = groups.flatMap((group) => group.completions);
  const reference = grpo.beta !== 0;
  const rewards = rewardFigures(groups, completions);
  let entropy = 0, loss = 0, gradNorm = 0, numTokens = 0;
  let oldLogProbs: readonly (readonly number[])[] | undefined;
  let clip: Readonly<Record<string, number | undefined>> = {};
  for (let iteration = 0; iteration < numIterations; iteration++) {
    const lossOptions = { ...grpo, oldLogProbs };
    const result = await policy.update(
      completions,
      grpoTokenLoss(groups, lossOptions),
      { learningRate, temperature, reference },
      iteration === 0 ? signal : undefined,
    );
    clip = { ...grpoMetrics(groups, result.statistics, lossOptions) };
    oldLogProbs ??= result.statistics.map(({ logProbs }) => logProbs);
    entropy += result.entropy;
    loss += result.loss;
    gradNorm += result.gradNorm;
    numTokens += result.numTokens;
  }
  const lengths = completions.map(({ tokenIds }) => tokenIds.length);
  return {
    step,
    ...rewards,
    "completions/mean_length": mean(lengths),
    "completions/min_length": lengths.reduce((a, b) => Math.min(a, b)),
    "completions/max_length": lengths.reduce((a, b) => Math.max(a, b)),
    "completions/clipped_ratio": mean(
      completions.map(({ finish }) => finish === "length" ? 1 : 0),
    ),
    ...present(clip),
    entropy: entropy / numIterations,
    loss: loss / numIterations,
    grad_norm: gradNorm / numIterations,
    learning_rate: learningRate,
    num_tokens: numTokens,
  };
}

interface RewardFigures extends Readonly<Record<string, number>> {
  readonly reward: number;
  readonly reward_std: number;
  readonly frac_reward_zero_std: number;
}

/** With `rewards/<name>/mean` and `/std` over the completions that were judged by that name. */
function rewardFigures(
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
    const average = mean(values);
    const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
    const std = Math.sqrt(squares / Math.max(1, values.length - 1));
    const figures = {
      [`rewards/${name}/mean`]: average,
      [`rewards/${name}/std`]: std,
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

function present(figures: Readonly<Record<string, number | undefined>>) {
  const kept: Record<string, number> = {};
  for (const [name, value] of Object.entries(figures)) {
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
