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

/** Parameters are joined into vectors of at most this many numbers: 64 MB each. */
const JOINED = 1 << 24;

/**
 * One step of AdamW (Loshchilov and Hutter 2019) on the named parameters:
 *
 *   θ ← θ − η λ θ,  m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,
 *   θ ← θ − η (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).
 *
 * A parameter without gradient is left alone, weight decay too, and keeps its t: so does
 * PyTorch. Replaces tensors in `weights` and `state`, and disposes of the old ones.
 *
 * Works on joined vectors: a small model has a hundred parameters, and fifteen operations on
 * each would take longer than the arithmetic.
 *
 * @param gradients By name; not disposed of.
 * @param rate η of this step.
 * @param scale Multiplies the gradients: see {@link clipByGlobalNorm}.
 * @throws {RangeError} Where a gradient has no parameter.
 */
export function adamW(
  weights: Map<string, tf.Tensor>,
  gradients: ReadonlyMap<string, tf.Tensor>,
  state: AdamWState,
  rate: number,
  options: AdamWOptions,
  scale = 1,
): void {
  for (const name of gradients.keys()) {
    if (!weights.has(name)) throw new RangeError(`No parameter "${name}" to move`);
  }
  for (const names of joinable(gradients, state)) {
    const theta = names.map((name) => weights.get(name)!);
    const before = names.map((name) => state.get(name));
    const steps = (before[0]?.steps ?? 0) + 1;
    const parts = tf.tidy(() => {
      const moments = before[0] === undefined ? undefined : {
        mean: joined(before.map((m) => m!.mean)),
        square: joined(before.map((m) => m!.square)),
      };
      const g = joined(names.map((name) => gradients.get(name)!));
      const moved = moveVector(joined(theta), g, moments, steps, rate, options, scale);
      return moved.flatMap((vector) => cut(vector, theta));
    });
    names.forEach((name, i) => {
      tf.dispose([theta[i]!, ...before[i] ? [before[i].mean, before[i].square] : []]);
      weights.set(name, parts[i]!);
      state.set(name, {
        mean: parts[names.length + i]!,
        square: parts[2 * names.length + i]!,
        steps,
      });
    });
  }
}

/** The new θ, m and v of one vector. */
function moveVector(
  theta: tf.Tensor1D,
  gradient: tf.Tensor1D,
  before: { readonly mean: tf.Tensor1D; readonly square: tf.Tensor1D } | undefined,
  steps: number,
  rate: number,
  { beta1, beta2, epsilon, weightDecay }: AdamWOptions,
  scale: number,
): tf.Tensor1D[] {
  const g = scale === 1 ? gradient : tf.mul(gradient, scale);
  const fresh = tf.mul(g, 1 - beta1), freshSquare = tf.mul(tf.square(g), 1 - beta2);
  const mean = before ? tf.add(tf.mul(before.mean, beta1), fresh) : fresh;
  const square = before ? tf.add(tf.mul(before.square, beta2), freshSquare) : freshSquare;
  // η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
  const root = tf.add(
    tf.mul(tf.sqrt(square), 1 / Math.sqrt(1 - beta2 ** steps)),
    epsilon,
  );
  const step = tf.mul(tf.div(mean, root), rate / (1 - beta1 ** steps));
  const shrunk = weightDecay === 0 ? theta : tf.mul(theta, 1 - rate * weightDecay);
  return [tf.sub(shrunk, step), mean, square] as tf.Tensor1D[];
}

/** Names in groups that were moved equally often and together are not too large. */
function joinable(
  tensors: ReadonlyMap<string, tf.Tensor>,
  state: AdamWState = new Map(),
): string[][] {
  const groups: string[][] = [];
  const open = new Map<number, { names: string[]; size: number }>();
  for (const [name, { size }] of tensors) {
    const steps = state.get(name)?.steps ?? 0;
    let group = open.get(steps);
    if (group === undefined || group.size + size > JOINED) {
      group = { names: [], size: 0 };
      open.set(steps, group);
      groups.push(group.names);
    }
    group.names.push(name);
    group.size += size;
  }
  return groups;
}

function joined(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  const flat = tensors.map((tensor) => tensor.flatten());
  return flat.length === 1 ? flat[0]! : tf.concat(flat);
}

/** A joined vector in parts of the shapes of `like`. */
function cut(vector: tf.Tensor1D, like: readonly tf.Tensor[]): tf.Tensor[] {
  return tf.split(vector, like.map(({ size }) => size))
    .map((part, i) => part.reshape(like[i]!.shape));
}

/**
 * What gradients are multiplied with so that their joint L2 norm is at most `maxNorm`, as
 * PyTorch's `clip_grad_norm_` does: min(1, maxNorm / (norm + 1e-6)).
 *
 * @returns The factor, and the norm before.
 * @throws {RangeError} Where the norm is not finite.
 */
export async function clipByGlobalNorm(
  gradients: ReadonlyMap<string, tf.Tensor>,
  maxNorm: number,
): Promise<{ scale: number; norm: number }> {
  const squares = tf.tidy(() =>
    tf.stack(
      joinable(gradients).map((names) =>
        tf.sum(tf.square(joined(names.map((name) => gradients.get(name)!))))
      ),
    )
  );
  const parts = await squares.data() as Float32Array;
  squares.dispose();
  const norm = Math.sqrt(parts.reduce((sum, part) => sum + part, 0));
  if (!Number.isFinite(norm)) {
    throw new RangeError(
      `The gradient's norm is ${norm}: lower the learning rate or the temperature`,
    );
  }
  return { scale: Math.min(1, maxNorm / (norm + 1e-6)), norm };
}
