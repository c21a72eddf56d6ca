import * as tf from "npm:@tensorflow/tfjs@4.22.0";

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

/** A parameter, its moments and its gradient: tensors of one shape. */
export interface Parameter {
  readonly theta: tf.Tensor;
  readonly mean: tf.Tensor;
  readonly square: tf.Tensor;
  readonly gradient: tf.Tensor;
}

/** What changes from step to step, as scalars. */
export interface StepScalars {
  /** Multiplies the gradients. */
  readonly scale: tf.Tensor;
  /** η √(1 − β₂ᵗ) / (1 − β₁ᵗ) */
  readonly rate: tf.Tensor;
  /** ε √(1 − β₂ᵗ) */
  readonly epsilon: tf.Tensor;
  /** η λ */
  readonly decay: tf.Tensor;
}

/** The scalars of update `t` of a parameter, from 1 on, but for the gradients' scale. */
export function stepScalars(
  t: number,
  learningRate: number,
  { beta1, beta2, epsilon, weightDecay }: AdamWOptions,
): Omit<StepScalars, "scale"> {
  const root = Math.sqrt(1 - beta2 ** t);
  return {
    rate: tf.scalar(learningRate * root / (1 - beta1 ** t)),
    epsilon: tf.scalar(epsilon * root),
    decay: tf.scalar(learningRate * weightDecay),
  };
}

/** A parameter after a step. */
export interface Moved {
  /** The new θ, m and v. */
  readonly tensors: readonly [theta: tf.Tensor, mean: tf.Tensor, square: tf.Tensor];
  /** [‖Δθ‖², ‖θ‖²] */
  readonly sizes: tf.Tensor;
}

/**
 * AdamW's step of each parameter:
 *
 *   m ← β₁ m + (1 − β₁) scale g,  v ← β₂ v + (1 − β₂) (scale g)²,
 *   θ ← θ − decay θ − rate m / (√v + ε).
 *
 * An engine may have a kernel named `AdamW` that does it in one pass: on wasm it takes a quarter of
 * the time.
 */
export function moveParameters(
  parameters: readonly Parameter[],
  scalars: StepScalars,
  { beta1, beta2, weightDecay }: AdamWOptions,
): Moved[] {
  if (tf.getKernel("AdamW", tf.getBackend()) !== undefined) {
    return parameters.map((parameter) => {
      const inputs = { ...parameter, ...scalars }, attrs = { beta1, beta2 };
      const [theta, mean, square, sizes] = tf.engine().runKernel(
        "AdamW",
        inputs,
        attrs,
      ) as unknown as tf.Tensor[];
      return { tensors: [theta!, mean!, square!], sizes: sizes! };
    });
  }
  const { scale, rate, epsilon, decay } = scalars;
  const share = tf.mul(scale, 1 - beta1), squareShare = (1 - beta2) / (1 - beta1) ** 2;
  return parameters.map(({ theta, mean, square, gradient }) => {
    const fresh = tf.mul(gradient, share); // (1 − β₁) g, and its square is (1 − β₁)² g²
    const m = tf.add(tf.mul(mean, beta1), fresh);
    const v = tf.add(tf.mul(square, beta2), tf.mul(tf.square(fresh), squareShare));
    const step = tf.mul(tf.div(m, tf.add(tf.sqrt(v), epsilon)), rate);
    const change = weightDecay === 0 ? step : tf.add(step, tf.mul(theta, decay));
    const sizes = tf.stack([sumOfSquares(change), sumOfSquares(theta)]);
    return { tensors: [tf.sub(theta, change), m, v], sizes };
  });
}

/** Σ x². An engine may have a kernel of the name `SumOfSquares`. */
export function sumOfSquares(x: tf.Tensor): tf.Tensor {
  return tf.getKernel("SumOfSquares", tf.getBackend()) === undefined
    ? tf.sum(tf.square(x))
    : tf.engine().runKernel("SumOfSquares", { x });
}
