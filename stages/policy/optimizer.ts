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

/** First and second moment of one parameter, and the number of its updates. */
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
 * A parameter without a gradient keeps its value (no weight decay either) and its t, as in
 * PyTorch. Replaces tensors in `weights` and `state`, and disposes of the old ones.
 *
 * The step is computed before anything is replaced, and is not made if θ, m or v would not be
 * finite, or if ‖Δθ‖ > ‖θ‖: a step that moves the weights by more than their own size
 * destroys what the model knew.
 *
 * Works on joined vectors: a small model has a hundred parameters, and fifteen operations on
 * each would take longer than the arithmetic. Only a single vector's result is kept from the
 * check; several are computed twice, so that no second copy of a large model is in memory.
 *
 * @param gradients By name; not disposed of.
 * @param rate η of this step.
 * @param scale Multiplies the gradients: see {@linkcode clipByGlobalNorm}.
 * @returns Why the step was not made; `undefined` if it was.
 * @throws {RangeError} If a gradient has no parameter.
 */
export async function adamW(
  weights: Map<string, tf.Tensor>,
  gradients: ReadonlyMap<string, tf.Tensor>,
  state: AdamWState,
  rate: number,
  options: AdamWOptions,
  scale = 1,
): Promise<string | undefined> {
  for (const name of gradients.keys()) {
    if (!weights.has(name)) throw new RangeError(`No parameter "${name}" to move`);
  }
  const groups = joinable(gradients, state);
  const move = (names: readonly string[]) =>
    tf.tidy(() => {
      const before = names.map((name) => state.get(name));
      const moments = before[0] === undefined ? undefined : {
        mean: joined(before.map((m) => m!.mean)),
        square: joined(before.map((m) => m!.square)),
      };
      const g = joined(names.map((name) => gradients.get(name)!));
      const theta = joined(names.map((name) => weights.get(name)!));
      const steps = (before[0]?.steps ?? 0) + 1;
      return moveVector(theta, g, moments, steps, rate, options, scale);
    });
  const sizes: tf.Tensor1D[] = [];
  let kept: tf.Tensor1D[] | undefined;
  for (const names of groups) {
    const moved = move(names);
    sizes.push(tf.tidy(() => {
      const theta = joined(names.map((name) => weights.get(name)!));
      return sizesOf(theta, moved);
    }));
    if (groups.length === 1) kept = moved;
    else tf.dispose(moved);
  }
  const fault = faultOf(await valuesOf(sizes));
  if (fault !== undefined) {
    tf.dispose(kept ?? []);
    return fault;
  }
  for (const names of groups) {
    const theta = names.map((name) => weights.get(name)!);
    const before = names.map((name) => state.get(name));
    const steps = (before[0]?.steps ?? 0) + 1;
    const moved = kept ?? move(names);
    const parts = tf.tidy(() => moved.flatMap((vector) => cut(vector, theta)));
    tf.dispose(moved);
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
  return undefined;
}

/** ‖Δθ‖², ‖θ‖², and sums that are finite only if m and v are. */
function sizesOf(theta: tf.Tensor1D, [moved, mean, square]: tf.Tensor1D[]): tf.Tensor1D {
  return tf.stack([
    tf.sum(tf.square(tf.sub(moved!, theta))),
    tf.sum(tf.square(theta)),
    tf.sum(tf.abs(mean!)),
    tf.sum(square!),
  ]) as tf.Tensor1D;
}

async function valuesOf(tensors: readonly tf.Tensor1D[]): Promise<Float32Array[]> {
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose([...tensors]);
  return values as Float32Array[];
}

/** Why a step must not be made, from the {@linkcode sizesOf} its vectors. */
function faultOf(sizes: readonly Float32Array[]): string | undefined {
  const [change, size, mean, square] = [0, 1, 2, 3].map((i) =>
    sizes.reduce((sum, values) => sum + values[i]!, 0)
  ) as [number, number, number, number];
  if (!Number.isFinite(change)) return "the new weights would not be finite";
  if (!Number.isFinite(mean + square)) {
    return "the optimiser's moments would not be finite";
  }
  if (size > 0 && change > size) {
    const times = Math.sqrt(change / size).toPrecision(2);
    return `it would move the weights by ${times} times their own size`;
  }
  return undefined;
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

/** Names in groups with equal numbers of updates and of limited size. */
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

/** Splits a joined vector into parts of the shapes of `like`. */
function cut(vector: tf.Tensor1D, like: readonly tf.Tensor[]): tf.Tensor[] {
  return tf.split(vector, like.map(({ size }) => size))
    .map((part, i) => part.reshape(like[i]!.shape));
}

/**
 * The joint L2 norm of gradients; not finite if one of their values is not.
 */
export async function globalNorm(
  gradients: ReadonlyMap<string, tf.Tensor>,
): Promise<number> {
  const squares = tf.tidy(() =>
    tf.stack(
      joinable(gradients).map((names) =>
        tf.sum(tf.square(joined(names.map((name) => gradients.get(name)!))))
      ),
    )
  );
  const parts = await squares.data() as Float32Array;
  squares.dispose();
  return Math.sqrt(parts.reduce((sum, part) => sum + part, 0));
}

/**
 * The factor that brings the joint L2 norm of gradients down to at most `maxNorm`, as
 * PyTorch's `clip_grad_norm_` does: min(1, maxNorm / (norm + 1e-6)).
 */
export function clipScale(norm: number, maxNorm: number): number {
  return Math.min(1, maxNorm / (norm + 1e-6));
}

/**
 * {@linkcode globalNorm} and {@linkcode clipScale} of gradients.
 *
 * @returns The factor, and the norm before.
 * @throws {RangeError} If the norm is not finite.
 */
export async function clipByGlobalNorm(
  gradients: ReadonlyMap<string, tf.Tensor>,
  maxNorm: number,
): Promise<{ scale: number; norm: number }> {
  const norm = await globalNorm(gradients);
  if (!Number.isFinite(norm)) {
    throw new RangeError(
      `The gradient's norm is ${norm}: lower the learning rate or the temperature`,
    );
  }
  return { scale: clipScale(norm, maxNorm), norm };
}
