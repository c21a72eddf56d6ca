import type { CompletionMetrics } from "./grpo_loss.ts";

/** Figures of an update, named as TRL names them; ratios are shares in [0, 1]. */
export interface GrpoMetrics {
  /** Mean k3 estimate per token, nats; absent without a reference. */
  readonly kl?: number;
  /** Share of tokens whose ratio fell below the range while the advantage was negative. */
  readonly "clip_ratio/low_mean": number;
  /** The lowest such share of a completion; 0 if the mask leaves no token. */
  readonly "clip_ratio/low_min": number;
  /** Share of tokens whose ratio rose above the range while the advantage was positive. */
  readonly "clip_ratio/high_mean": number;
  /** The highest such share of a completion. */
  readonly "clip_ratio/high_max": number;
  /** Share of clipped tokens, low and high. */
  readonly "clip_ratio/region_mean": number;
}

/**
 * Adds up the metrics of each completion.
 *
 * Sums run over the completions in their order, so micro-batches of any size give the same
 * figures to the last digit.
 *
 * @param completions Of a whole update, in order: `UpdateResult.metrics`.
 *
 * @example One of four tokens was clipped
 * ```ts
 * import { grpoMetrics } from "./grpo_metrics.ts";
 *
 * const metrics = grpoMetrics([
 *   { tokens: 3, kl: 0.6, low: 0, high: 1 },
 *   { tokens: 1, kl: 0.2, low: 0, high: 0 },
 * ]);
 * metrics.kl; // 0.2
 * metrics["clip_ratio/high_mean"]; // 0.25
 * ```
 */
export function grpoMetrics(completions: readonly CompletionMetrics[]): GrpoMetrics {
  const total = (figure: keyof CompletionMetrics) =>
    completions.reduce((sum, completion) => sum + (completion[figure] ?? 0), 0);
  const shares = (figure: "low" | "high") =>
    completions.filter(({ tokens }) => tokens > 0)
      .map((completion) => completion[figure] / completion.tokens);
  const tokens = total("tokens");
  const perToken = (figure: keyof CompletionMetrics) =>
    total(figure) / Math.max(1, tokens);
  return {
    ...(completions[0]?.kl !== undefined && { kl: perToken("kl") }),
    "clip_ratio/low_mean": perToken("low"),
    "clip_ratio/low_min": tokens === 0
      ? 0
      : shares("low").reduce((a, b) => Math.min(a, b)),
    "clip_ratio/high_mean": perToken("high"),
    "clip_ratio/high_max": shares("high").reduce((a, b) => Math.max(a, b), 0),
    "clip_ratio/region_mean": perToken("low") + perToken("high"),
  };
}
