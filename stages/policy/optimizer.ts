import * as tf from "@tensorflow/tfjs";

/** AdamW's constants. */
export interface AdamWOptions {
  /** Decay of the mean of gradients, in [0, 1). */
  readonly beta1: number;
  /** Decay of the mean of squared gradients, in [0, 1). */
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled: parameters shrink by learningRate · weightDecay a step. */
  readonly weightDecay: number;
}

/** First and second moment of one parameter, and how often it was moved. */
export interface Moments {
  readonly mean: tf.Tensor;
  readonly square: tf.Tensor;
  readonly steps: number;
}

/** An optimiser's memory, by parameter name; starts empty. */
export type AdamWState = Map<string, Moments>;

/**
 * One step of AdamW (Loshchilov and Hutter 2019) on the named parameters:
 *
 *   θ ← θ − η λ θ,  m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,
 *   θ ← θ − η (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).
 *
 * A parameter without gradient is left alone, weight decay too, and keeps its t: so does
 * PyTorch. Replaces tensors in `weights` and `state`, and disposes of the old ones.
 *
 * @param gradients By name; not disposed of.
 * @param rate η of this step; a function of the name where parameters differ.
 */
export function adamW(
  weights: Map<string, tf.Tensor>,
  gradients: ReadonlyMap<string, tf.Tensor>,
  state: AdamWState,
  rate: number | ((name: string) => number),
  { beta1, beta2, epsilon, weightDecay }: AdamWOptions,
): void {
  for (const [name, g] of gradients) {
    const theta = weights.get(name);
    if (theta === undefined) throw new RangeError(`No parameter "${name}" to move`);
    const before = state.get(name);
    const steps = (before?.steps ?? 0) + 1;
    const eta = typeof rate === "number" ? rate : rate(name);
    const [mean, square, moved] = tf.tidy(() => {
      const fresh = tf.mul(g, 1 - beta1);
      const freshSquare = tf.mul(tf.square(g), 1 - beta2);
      const mean = before === undefined
        ? fresh
        : tf.add(tf.mul(before.mean, beta1), fresh);
      const square = before === undefined
        ? freshSquare
        : tf.add(tf.mul(before.square, beta2), freshSquare);
      // η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
      const root = tf.add(
        tf.mul(tf.sqrt(square), 1 / Math.sqrt(1 - beta2 ** steps)),
        epsilon,
      );
      const step = tf.mul(tf.div(mean, root), eta / (1 - beta1 ** steps));
      const shrunk = weightDecay === 0 ? theta : tf.mul(theta, 1 - eta * weightDecay);
      return [mean, square, tf.sub(shrunk, step)];
    });
    tf.dispose([theta, before?.mean, before?.square].filter((t) => t !== undefined));
    weights.set(name, moved!);
    state.set(name, { mean: mean!, square: square!, steps });
  }
}

/**
 * Scales gradients so that their joint L2 norm is at most `maxNorm`, as PyTorch's
 * `clip_grad_norm_` does: g · min(1, maxNorm / (norm + 1e-6)).
 *
 * @returns The clipped gradients (the given ones are disposed of) and the norm before.
 * @throws {RangeError} Where the norm is not finite.
 */
export async function clipByGlobalNorm(
  gradients: ReadonlyMap<string, tf.Tensor>,
  maxNorm: number,
): Promise<{ clipped: Map<string, tf.Tensor>; norm: number }> {
  const squares = tf.tidy(() =>
    tf.stack([...gradients.values()].map((g) => tf.sum(tf.square(g))))
  );
  const parts = await squares.data() as Float32Array;
  squares.dispose();
  const norm = Math.sqrt(parts.reduce((sum, part) => sum + part, 0));
  if (!Number.isFinite(norm)) {
    throw new RangeError(
      `The gradient's norm is ${norm}: lower the learning rate or the temperature`,
    );
  }
  const scale = Math.min(1, maxNorm / (norm + 1e-6));
  if (scale === 1) return { clipped: new Map(gradients), norm };
  const clipped = new Map<string, tf.Tensor>();
  for (const [name, g] of gradients) {
    clipped.set(name, tf.mul(g, scale));
    g.dispose();
  }
  return { clipped, norm };
}
