/** How token losses are averaged; see `grpoLoss`. */
export type LossType = "grpo" | "bnpo" | "dr_grpo" | "dapo";

/** The names of the loss forms. */
export const LOSS_TYPES: readonly LossType[] = ["grpo", "bnpo", "dr_grpo", "dapo"];

/** What a batch is averaged over. */
export interface BatchSize {
  readonly completions: number;
  /** Completion tokens that the mask keeps. */
  readonly tokens: number;
}

/** Log-probabilities in nats, one row per completion, one number per token. */
export interface GrpoBatch {
  /** Under the policy that is trained. */
  readonly logProbs: readonly (readonly number[])[];
  /** Under the policy that sampled; by default the policy that is trained. */
  readonly oldLogProbs?: readonly (readonly number[])[];
  /** Under the frozen reference; needed if beta is not 0. */
  readonly referenceLogProbs?: readonly (readonly number[])[];
  /** Which tokens count. Default: all. */
  readonly mask?: readonly (readonly boolean[])[];
  /** One per completion. */
  readonly advantages: readonly number[];
}

/** How advantages become a loss. */
export interface GrpoOptions {
  /** What token losses are averaged over. */
  readonly lossType: LossType;
  /** Weight of the KL divergence to the reference; 0 needs no reference log-probabilities. */
  readonly beta: number;
  /** How far below 1 a ratio counts, and above 1 too without `epsilonHigh`. Default 0.2. */
  readonly epsilon?: number;
  /** How far above 1 a ratio counts (DAPO's clip-higher). Default `epsilon`. */
  readonly epsilonHigh?: number;
  /** Tokens that a completion may have: the divisor of `dr_grpo`, which alone needs it. */
  readonly maxCompletionLength?: number;
}

/** Sums over the tokens of one completion that the mask keeps; `grpoMetrics` adds them up. */
export interface CompletionMetrics {
  /** Number of tokens. */
  readonly tokens: number;
  /** Sum of the k3 estimates, nats; absent without a reference. */
  readonly kl?: number;
  /** Tokens whose ratio fell below the range while the advantage was negative. */
  readonly low: number;
  /** Tokens whose ratio rose above the range while the advantage was positive. */
  readonly high: number;
}

/** The loss, its gradient to every log-probability in the shape of the input, and metrics. */
export interface GrpoLoss {
  readonly loss: number;
  /** 0 for masked tokens. */
  readonly gradients: readonly (readonly number[])[];
  /** One record per completion. */
  readonly metrics: readonly CompletionMetrics[];
}

/**
 * The clipped surrogate of group-relative policy optimisation, with its gradient:
 *
 *   L    = Σᵢ wᵢ Σₜ [ −min(ρᵢₜ Aᵢ, clip(ρᵢₜ, 1 − ε, 1 + ε_high) Aᵢ) + β kᵢₜ ]
 *   ρᵢₜ  = exp(ℓᵢₜ − ℓᵢₜ_old)
 *   kᵢₜ  = exp(ℓᵢₜ_ref − ℓᵢₜ) − (ℓᵢₜ_ref − ℓᵢₜ) − 1
 *
 * over the tokens t of completion i that the mask keeps, |oᵢ| of them, with ℓ the log-probability
 * of a token, Aᵢ the advantage and k the k3 estimate of the KL divergence. Without old
 * log-probabilities ρ is 1, but its gradient is not: ∂ρ/∂ℓ = ρ. The weights make the form, for N
 * completions with T tokens:
 *
 *   grpo     wᵢ = 1 / (N max(1, |oᵢ|))   each completion counts the same
 *   dapo     wᵢ = 1 / max(1, T)          each token counts the same
 *   bnpo     the same; TRL takes T of each micro-batch there, so that its parts do not add up
 *   dr_grpo  wᵢ = 1 / (N maxCompletionLength)   neither length nor spread biases the gradient
 *
 * Gradients are closed: ∂L/∂ℓᵢₜ = wᵢ [ −ρᵢₜ Aᵢ (0 if clipped) + β (1 − exp(ℓᵢₜ_ref − ℓᵢₜ)) ].
 * Masked tokens are left out rather than multiplied by 0, so an overflow there does
 * no harm. The KL is not clamped, as in TRL: a reference log-probability far above the policy's
 * makes it very large.
 *
 * Sources: DeepSeekMath (eqs. 3 and 4), DAPO (eqs. 8 and 12), Dr. GRPO (section 3.1).
 *
 * @param size What is averaged over; default: `batch`. Give the size of the whole
 * if `batch` is a part of it: the losses of the parts then add up to the loss of the whole.
 * @throws {RangeError} If rows differ in number or length, beta needs reference
 * log-probabilities that are absent, or `dr_grpo` has no `maxCompletionLength`.
 *
 * @example On-policy: the loss is −mean(A), its gradient −A / (N |o|)
 * ```ts
 * import { grpoLoss } from "./grpo_loss.ts";
 *
 * const batch = { logProbs: [[-1, -2], [-3]], advantages: [1, -1] };
 * const { loss, gradients } = grpoLoss(batch, { lossType: "grpo", beta: 0 });
 * loss; // 0
 * gradients; // [[-0.25, -0.25], [0.5]]
 * ```
 */
export function grpoLoss(
  batch: GrpoBatch,
  options: GrpoOptions,
  size: BatchSize = sizeOf(batch),
): GrpoLoss {
  check(batch, options);
  const rows = batch.logProbs.map((_, i) => rowLoss(batch, i, options));
  const weights = rows.map(({ tokens }) => weightOf(options, size, tokens));
  return {
    loss: rows.reduce(
      (sum, row, i) => sum + (row.loss === 0 ? 0 : weights[i]! * row.loss),
      0,
    ),
    gradients: rows.map(({ gradient }, i) =>
      gradient.map((g) => g === 0 ? 0 : weights[i]! * g)
    ),
    metrics: rows.map(({ tokens, kl, low, high }) => ({
      tokens,
      ...(batch.referenceLogProbs && { kl }),
      low,
      high,
    })),
  };
}

/** Number of completions, and of tokens that the mask keeps. */
export function sizeOf(
  { logProbs, mask }: Pick<GrpoBatch, "logProbs" | "mask">,
): BatchSize {
  let tokens = 0;
  logProbs.forEach((row, i) => {
    tokens += mask === undefined ? row.length : mask[i]!.filter(Boolean).length;
  });
  return { completions: logProbs.length, tokens };
}

function weightOf(
  { lossType, maxCompletionLength }: GrpoOptions,
  { completions, tokens }: BatchSize,
  rowTokens: number,
): number {
  switch (lossType) {
    case "grpo":
      return 1 / (completions * Math.max(1, rowTokens));
    case "dr_grpo":
      return 1 / (completions * maxCompletionLength!);
    case "bnpo":
    case "dapo":
      return 1 / Math.max(1, tokens);
  }
}

/** Sums over one completion's tokens, and the gradient of `loss`, both before weighting. */
interface Row {
  readonly tokens: number;
  readonly loss: number;
  readonly gradient: readonly number[];
  readonly kl: number;
  readonly low: number;
  readonly high: number;
}

function rowLoss(batch: GrpoBatch, i: number, options: GrpoOptions): Row {
  const { beta, epsilon = 0.2, epsilonHigh = epsilon } = options;
  const now = batch.logProbs[i]!;
  const old = batch.oldLogProbs?.[i] ?? now;
  const reference = batch.referenceLogProbs?.[i];
  const advantage = batch.advantages[i]!;
  const kept = [...now.keys()].filter((t) => batch.mask?.[i]?.[t] ?? true);

  const gradient = now.map(() => 0);
  let loss = 0, kl = 0, low = 0, high = 0;
  for (const t of kept) {
    const ratio = Math.exp(now[t]! - old[t]!);
    const clipped = Math.min(Math.max(ratio, 1 - epsilon), 1 + epsilonHigh);
    // The smaller product counts; a clipped ratio has no gradient.
    const free = ratio * advantage <= clipped * advantage;
    loss -= (free ? ratio : clipped) * advantage;
    gradient[t] = free || ratio === clipped ? -ratio * advantage : 0;
    if (ratio < 1 - epsilon && advantage < 0) low++;
    if (ratio > 1 + epsilonHigh && advantage > 0) high++;
    if (reference === undefined) continue;
    const difference = reference[t]! - now[t]!;
    const estimate = Math.exp(difference) - difference - 1;
    kl += estimate;
    if (beta === 0) continue;
    loss += beta * estimate;
    gradient[t] = gradient[t]! + beta * (1 - Math.exp(difference));
  }
  return { tokens: kept.length, loss, gradient, kl, low, high };
}

function check(batch: GrpoBatch, options: GrpoOptions): void {
  const { logProbs, advantages } = batch;
  const agree = (name: string, rows: readonly (readonly unknown[])[] | undefined) => {
    if (rows === undefined) return;
    if (rows.length !== logProbs.length) {
      throw new RangeError(
        `${name} has ${rows.length} rows, but logProbs has ${logProbs.length}`,
      );
    }
    const i = rows.findIndex((row, i) => row.length !== logProbs[i]!.length);
    if (i < 0) return;
    throw new RangeError(
      `${name}[${i}] has ${rows[i]!.length} tokens, but logProbs[${i}] has ${
        logProbs[i]!.length
      }`,
    );
  };
  agree("oldLogProbs", batch.oldLogProbs);
  agree("referenceLogProbs", batch.referenceLogProbs);
  agree("mask", batch.mask);
  if (advantages.length !== logProbs.length) {
    throw new RangeError(
      `There are ${advantages.length} advantages for ${logProbs.length} completions`,
    );
  }
  if (options.beta !== 0 && batch.referenceLogProbs === undefined) {
    throw new RangeError(
      `beta is ${options.beta}, but there are no reference log-probabilities: ` +
        "ask the policy for them, or set beta to 0",
    );
  }
  if (options.lossType === "dr_grpo" && !(options.maxCompletionLength! > 0)) {
    throw new RangeError(
      `dr_grpo divides by maxCompletionLength, which is ${options.maxCompletionLength}`,
    );
  }
}
