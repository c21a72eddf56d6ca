import type { TokenLoss, TokenStatistics } from "../policy/policy.ts";
import type { Group } from "../records.ts";
import {
  type BatchSize,
  type GrpoBatch,
  grpoLoss,
  type GrpoMetrics,
  type GrpoOptions,
} from "./grpo_loss.ts";

export type { BatchSize, GrpoMetrics, GrpoOptions, LossType } from "./grpo_loss.ts";

/** Options of `grpoTokenLoss`: those of the loss and those of the batch. */
export interface GrpoTokenLossOptions extends GrpoOptions {
  /**
   * Log-probabilities under the policy that sampled, one row per completion, groups one after
   * another: the statistics of a batch's first update, for the updates after it. Absent for the
   * first: ratios are 1 there.
   */
  readonly oldLogProbs?: readonly (readonly number[])[];
  /** Leave completions out that the length limit cut off. Default false. */
  readonly maskTruncated?: boolean;
  /** Size of the whole step, where `groups` are only a part of it; see `batchSize`. */
  readonly batch?: BatchSize;
}

/**
 * The GRPO loss of a batch of groups, for `Policy.update`: its sequences are the completions of
 * the groups, one group after another.
 *
 * What it is averaged over is taken from all groups beforehand, so the losses and gradients of
 * micro-batches add up to those of the batch. Pure: called twice, it gives the same.
 *
 * @throws {RangeError} When called, where the statistics do not fit the groups or lack the
 * reference log-probabilities that beta asks for; see `grpoLoss`.
 *
 * @example
 * ```ts
 * import type { Group } from "../records.ts";
 * import { grpoTokenLoss } from "./grpo_token_loss.ts";
 *
 * const groups: Group[] = [];
 * const loss = grpoTokenLoss(groups, { lossType: "grpo", beta: 0.04 });
 * loss([], 0).loss; // 0
 * ```
 */
export function grpoTokenLoss(
  groups: readonly Group[],
  options: GrpoTokenLossOptions,
): TokenLoss {
  const completions = completionsOf(groups);
  const size = options.batch ?? batchSize(groups, options);
  return (statistics, first) => {
    if (first + statistics.length > completions.length) {
      throw new RangeError(
        `Statistics of sequences up to ${first + statistics.length} came, ` +
          `but the groups have ${completions.length} completions`,
      );
    }
    const { loss, gradients } = grpoLoss(
      batchOf(groups, statistics, first, options),
      options,
      size,
    );
    return { loss, gradients };
  };
}

/**
 * KL and clip ratios of a whole update, from the statistics that it returned.
 *
 * @param statistics `UpdateResult.statistics`: of every completion of the groups, in order.
 */
export function grpoMetrics(
  groups: readonly Group[],
  statistics: readonly TokenStatistics[],
  options: GrpoTokenLossOptions,
): GrpoMetrics {
  return grpoLoss(batchOf(groups, statistics, 0, options), options).metrics;
}

/**
 * Completions of the groups and the tokens of them that carry loss. Give it to a loss of some of
 * the groups (those with spread, say) to keep the average over all.
 */
export function batchSize(
  groups: readonly Group[],
  { maskTruncated = false }: { readonly maskTruncated?: boolean } = {},
): BatchSize {
  const completions = completionsOf(groups);
  let tokens = 0;
  for (const { tokenIds, finish } of completions) {
    if (!maskTruncated || finish === "stop") tokens += tokenIds.length;
  }
  return { completions: completions.length, tokens };
}

function completionsOf(groups: readonly Group[]) {
  return groups.flatMap(({ completions }) => completions);
}

function batchOf(
  groups: readonly Group[],
  statistics: readonly TokenStatistics[],
  first: number,
  { oldLogProbs, maskTruncated = false }: GrpoTokenLossOptions,
): GrpoBatch {
  const end = first + statistics.length;
  const completions = completionsOf(groups).slice(first, end);
  const logProbs = statistics.map((sequence) => sequence.logProbs);
  const reference = statistics.flatMap(({ referenceLogProbs }) =>
    referenceLogProbs === undefined ? [] : [referenceLogProbs]
  );
  return {
    logProbs,
    ...(oldLogProbs === undefined ? {} : { oldLogProbs: oldLogProbs.slice(first, end) }),
    ...(reference.length < statistics.length ? {} : { referenceLogProbs: reference }),
    ...(maskTruncated
      ? {
        mask: completions.map(({ finish }, i) =>
          logProbs[i]!.map(() => finish === "stop")
        ),
      }
      : {}),
    advantages: completions.map(({ advantage }) => advantage),
  };
}
