import type { Advantaged, Group } from "../records.ts";
import type { CompletionMetrics } from "./grpo_loss.ts";

/** What decides whether a group has a gradient. */
export interface LearntGroupsOptions {
  /** Weight of the KL divergence, which gives every completion a gradient. */
  readonly beta: number;
  /** Leave completions that the length limit cut off out of the loss. Default false. */
  readonly maskTruncated?: boolean;
}

/**
 * The groups that an update has to compute: those with a completion whose advantage is not 0,
 * unless the loss leaves it out. The gradient of the others is 0 without a KL divergence.
 *
 * A parameter with a gradient of 0 still moves, by its moments and its decay, and one without a
 * gradient does not. So a group with images stays if there is one, and one without, even if its
 * gradient is 0: the same parameters have a gradient as if all groups were computed.
 *
 * @returns In order; all groups if `beta` is not 0.
 *
 * @example
 * ```ts
 * import type { Group } from "../records.ts";
 * import { learntGroups } from "./learnt_groups.ts";
 *
 * const groups: Group[] = [];
 * learntGroups(groups, { beta: 0 }); // []
 * ```
 */
export function learntGroups(
  groups: readonly Group[],
  { beta, maskTruncated = false }: LearntGroupsOptions,
): readonly Group[] {
  if (beta !== 0) return groups;
  const learnt = new Set(
    groups.filter(({ completions }) =>
      completions.some((completion) =>
        completion.advantage !== 0 && isCounted(completion, maskTruncated)
      )
    ),
  );
  for (const hasImages of [true, false]) {
    const alike = groups.filter(({ question }) =>
      question.images.length > 0 === hasImages
    );
    if (alike.length > 0 && !alike.some((group) => learnt.has(group))) {
      learnt.add(alike[0]!);
    }
  }
  return groups.filter((group) => learnt.has(group));
}

/** A loss's record of a completion that was not computed: without an advantage none is clipped. */
export function metricsOfSkipped(
  completion: Advantaged,
  { maskTruncated = false }: LearntGroupsOptions,
): CompletionMetrics {
  const tokens = isCounted(completion, maskTruncated) ? completion.tokenIds.length : 0;
  return { tokens, low: 0, high: 0 };
}

function isCounted({ finish }: Advantaged, maskTruncated: boolean): boolean {
  return !maskTruncated || finish === "stop";
}
