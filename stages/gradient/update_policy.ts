import { concatMap, type OperatorFunction, pipe, toArray } from "npm:rxjs@7.8.2";
import { mean } from "../../data/statistics.ts";
import { fromAbortable } from "../from_abortable.ts";
import type { Policy } from "../policy/policy.ts";
import type { Advantaged, Group, StepMetrics } from "../records.ts";
import type { CompletionMetrics, GrpoOptions } from "./grpo_loss.ts";
import { grpoMetrics } from "./grpo_metrics.ts";
import { batchSize, grpoTokenLoss } from "./grpo_token_loss.ts";
import {
  learntGroups,
  type LearntGroupsOptions,
  metricsOfSkipped,
} from "./learnt_groups.ts";
import { rewardFigures } from "./reward_figures.ts";

/** How one step's groups move the policy. */
export interface UpdatePolicyOptions extends GrpoOptions {
  /** Number of the step, for the record of figures. */
  readonly step: number;
  /** Of this step; see `learningRate`. */
  readonly learningRate: number;
  /** The temperature that the completions were sampled at. */
  readonly temperature: number;
  /** Updates on the same completions; from the second on, the ratio is clipped. Default 1. */
  readonly numIterations?: number;
  /** Leave completions that the length limit cut off out of the loss. Default false. */
  readonly maskTruncated?: boolean;
}

/**
 * Waits for all groups of a step, makes `numIterations` updates with them and emits one record
 * of figures. A step without groups makes no update and emits nothing.
 *
 * With more than one update the old log-probabilities are those of the first pass, as the
 * learner computes them. Unsubscribing aborts the first update before it moves a weight; once
 * the first is made, the others follow, so that a step is made completely or not at all.
 *
 * Without a KL divergence, groups whose advantages are all 0 have no gradient and are not
 * computed: see `learntGroups`. The loss is averaged over all groups nevertheless, and figures of
 * rewards, lengths and clipping are those of all; `entropy` is the mean over the tokens that were
 * computed, and `num_tokens` their number with the prompts'.
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
  const learnt = learntGroups(groups, grpo);
  const sequences = learnt.flatMap((group) => group.completions);
  const size = batchSize(groups, grpo);
  const reference = grpo.beta !== 0;
  const rewards = rewardFigures(groups, completions);
  let entropy = 0, loss = 0, gradNorm = 0, numTokens = 0;
  let oldLogProbs: readonly (readonly number[])[] | undefined;
  let metrics: readonly CompletionMetrics[] = [];
  for (let iteration = 0; iteration < numIterations; iteration++) {
    const result = await policy.update(
      sequences,
      grpoTokenLoss(learnt, { ...grpo, oldLogProbs, size }),
      { learningRate, temperature, reference },
      iteration === 0 ? signal : undefined,
    );
    metrics = result.metrics;
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
    ...grpoMetrics(metricsOfAll(groups, sequences, metrics, grpo)),
    entropy: entropy / numIterations,
    loss: loss / numIterations,
    grad_norm: gradNorm / numIterations,
    learning_rate: learningRate,
    num_tokens: numTokens,
  };
}

/** The loss's records of all completions, in order: its own, and those of what was skipped. */
function metricsOfAll(
  groups: readonly Group[],
  sequences: readonly Advantaged[],
  metrics: readonly CompletionMetrics[],
  options: LearntGroupsOptions,
): CompletionMetrics[] {
  const known = new Map(sequences.map((completion, i) => [completion, metrics[i]]));
  return groups.flatMap(({ completions }) => completions).map((completion) =>
    known.get(completion) ?? metricsOfSkipped(completion, options)
  );
}
