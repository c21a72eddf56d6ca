import type { TokenLoss, TokenStatistics } from "../policy/policy.ts";
import type { Advantaged, Group } from "../records.ts";
import {
  type BatchSize,
  type CompletionMetrics,
  type GrpoBatch,
  grpoLoss,
  type GrpoOptions,
} from "./grpo_loss.ts";

/** Options of `grpoTokenLoss`: those of the loss and those of the batch. */
export interface GrpoTokenLossOptions extends GrpoOptions {
  /**
   * Log-probabilities under the policy that sampled, one row per completion, groups one after
   * another: the statistics of a batch's first update, for the updates after it. Leave them out
   * for the first: its ratios are 1.
   */
  readonly oldLogProbs?: readonly (readonly number[])[];
  /** Leave out completions that the length limit cut off. Default false. */
  readonly maskTruncated?: boolean;
  /** What the loss averages over. Default: the groups. Give the batch's if they are a part of it. */
  readonly size?: BatchSize;
}

/**
 * The GRPO loss of a batch of groups, for `Policy.update`: its sequences are the completions of
 * the groups, one group after another.
 *
 * It averages over all groups, so the losses and gradients of micro-batches add up to those of
 * the batch, and `grpoMetrics` of their metrics is that of the batch. Pure: called twice, it
 * gives the same.
 *
 * @throws {RangeError} When called, if the statistics do not fit the groups or lack the
 * reference log-probabilities that beta needs; see `grpoLoss`.
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
): TokenLoss<CompletionMetrics> {
  const completions = completionsOf(groups);
  const { size = batchSize(groups, options) } = options;
  return (statistics, first) => {
    if (first + statistics.length > completions.length) {
      throw new RangeError(
        `Statistics of sequences up to ${first + statistics.length} came, ` +
          `but the groups have ${completions.length} completions`,
      );
    }
    const part = completions.slice(first, first + statistics.length);
    return grpoLoss(batchOf(part, statistics, first, options), options, size);
  };
}

/** Number of completions of the groups, and of their tokens that carry loss. */
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
  completions: readonly Advantaged[],
  statistics: readonly TokenStatistics[],
  first: number,
  { oldLogProbs, maskTruncated = false }: GrpoTokenLossOptions,
): GrpoBatch {
  const end = first + statistics.length;
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
