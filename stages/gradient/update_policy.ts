import { concatMap, type OperatorFunction, pipe, toArray } from "rxjs";
import { fromAbortable } from "../from_abortable.ts";
import type { Policy, UpdateResult } from "../policy/policy.ts";
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
  const results: UpdateResult[] = [];
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
    results.push(result);
  }
  const lengths = completions.map(({ tokenIds }) => tokenIds.length);
  return {
    step,
    reward: mean(completions.map(({ reward }) => reward)),
    reward_std: mean(groups.map(({ rewardStd }) => rewardStd)),
    frac_reward_zero_std: mean(groups.map(({ rewardStd }) => rewardStd === 0 ? 1 : 0)),
    ...rewardFigures(completions),
    "completions/mean_length": mean(lengths),
    "completions/min_length": lengths.reduce((a, b) => Math.min(a, b)),
    "completions/max_length": lengths.reduce((a, b) => Math.max(a, b)),
    "completions/clipped_ratio": mean(
      completions.map(({ finish }) => finish === "length" ? 1 : 0),
    ),
    ...present(clip),
    entropy: mean(results.map(({ entropy }) => entropy)),
    loss: mean(results.map(({ loss }) => loss)),
    grad_norm: mean(results.map(({ gradNorm }) => gradNorm)),
    learning_rate: learningRate,
    num_tokens: results.reduce((sum, { numTokens }) => sum + numTokens, 0),
  };
}

/** `rewards/<name>/mean` and `/std` over the completions that were judged by that name. */
function rewardFigures(completions: readonly Advantaged[]): Record<string, number> {
  const names = new Set(completions.flatMap(({ rewards }) => Object.keys(rewards)));
  const figures: Record<string, number> = {};
  for (const name of names) {
    const values = completions.flatMap(({ rewards }) => rewards[name] ?? []);
    const average = mean(values);
    const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
    figures[`rewards/${name}/mean`] = average;
    figures[`rewards/${name}/std`] = Math.sqrt(squares / Math.max(1, values.length - 1));
  }
  return figures;
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
