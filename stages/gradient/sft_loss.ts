import type { TokenLoss } from "../policy/policy.ts";

/**
 * Mean negative log-likelihood per completion token, with its gradient:
 *
 *   L = −(1/T) Σᵢ Σₜ ℓᵢₜ,   ∂L/∂ℓᵢₜ = −1/T,
 *
 * with ℓᵢₜ the log-probability (nats) of token t of completion i and T the number of tokens of
 * the whole batch.
 *
 * @param totalTokens T. Taken over all completions of the batch, it makes the losses of
 * micro-batches add up to that of the batch.
 * @returns For `Policy.update`.
 *
 * @example
 * ```ts
 * import { sftTokenLoss } from "./sft_loss.ts";
 *
 * const loss = sftTokenLoss(2);
 * loss([{ logProbs: [-1, -2], entropies: [0, 0] }], 0);
 * // { loss: 1.5, gradients: [[-0.5, -0.5]] }
 * ```
 */
export function sftTokenLoss(totalTokens: number): TokenLoss {
  const weight = 1 / Math.max(1, totalTokens);
  return (statistics) => {
    let sum = 0;
    for (const { logProbs } of statistics) for (const l of logProbs) sum += l;
    return {
      loss: -weight * sum,
      gradients: statistics.map(({ logProbs }) => logProbs.map(() => -weight)),
    };
  };
}
