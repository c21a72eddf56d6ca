import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { compiled } from "../engine/compiled/compiled.ts";
import {
  type AdamWOptions,
  moveParameters,
  type Parameter,
  type StepScalars,
  stepScalars,
} from "./adam_w_step.ts";
import { clipping } from "./gradient_norm.ts";
import { together } from "./together.ts";

/** First and second moment of one parameter, and the number of its updates. */
export interface Moments {
  readonly mean: tf.Tensor;
  readonly square: tf.Tensor;
  readonly steps: number;
}

/** An optimiser's memory, by parameter name; starts empty. */
export type AdamWState = Map<string, Moments>;

/** What is particular to one step. */
export interface StepOptions {
  /** η of this step. */
  readonly rate: number;
  /** Largest joint L2 norm of the gradients. Default `Infinity`: they are not clipped. */
  readonly maxNorm?: number;
  /** Parameters of a model that is worked on as a whole. Default: 64 million. */
  readonly numbersAtOnce?: number;
}

/** What {@linkcode adamW} did. */
export interface AdamWStep {
  /** Joint L2 norm of the gradients before clipping. */
  readonly gradNorm: number;
  /** Why the step was not made; absent if it was. */
  readonly fault?: string;
}

/** A larger norm is refused: v, a mean of squares, would come near the largest f32. */
const LARGEST_NORM = 2 ** 63;

/**
 * One step of AdamW (Loshchilov and Hutter 2019) on the named parameters:
 *
 *   g ← g min(1, maxNorm / ‖g‖),  m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,
 *   θ ← θ − η λ θ − η (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).
 *
 * A parameter without a gradient keeps its value (no weight decay either) and its t, as in
 * PyTorch. Replaces tensors in `weights` and `state`, and disposes of the old ones.
 *
 * The step is computed before anything is replaced, and is not made if ‖g‖, θ, m or v would not
 * be finite, or if ‖Δθ‖ > ‖θ‖: a step that moves the weights by more than their own size
 * destroys what the model knew. All of this is decided by one reading of a few numbers.
 *
 * Of a model of more than `numbersAtOnce` parameters the step is computed twice, parameter by
 * parameter, once for the check and once to be made: no second copy of it is in memory.
 *
 * @param gradients By name; not disposed of.
 * @throws {RangeError} If a gradient has no parameter.
 */
export async function adamW(
  weights: Map<string, tf.Tensor>,
  gradients: ReadonlyMap<string, tf.Tensor>,
  state: AdamWState,
  options: AdamWOptions,
  { rate, maxNorm = Infinity, numbersAtOnce }: StepOptions,
): Promise<AdamWStep> {
  for (const name of gradients.keys()) {
    if (!weights.has(name)) throw new RangeError(`No parameter "${name}" to move`);
  }
  const { norm, scale } = clipping([...gradients.values()], maxNorm, numbersAtOnce);
  const sizeOf = (name: string) => gradients.get(name)!.size;
  const parts = together([...gradients.keys()], sizeOf, numbersAtOnce);
  const groups = parts.flatMap((names) => byUpdates(names, state));
  const isSmall = parts.length <= 1;
  const compute = ({ names, t }: Group, isMade: boolean): tf.Tensor[] => {
    const fresh: tf.Tensor[] = [];
    const zeros = (like: tf.Tensor) => {
      const pair = { mean: tf.zerosLike(like), square: tf.zerosLike(like) };
      fresh.push(pair.mean, pair.square);
      return pair;
    };
    const parameters = names.map((name) => {
      const theta = weights.get(name)!, gradient = gradients.get(name)!;
      return { theta, gradient, ...state.get(name) ?? zeros(theta) };
    });
    const scalars = { scale, ...stepScalars(t, rate, options) };
    const results = step(parameters, scalars, options, isMade);
    tf.dispose([scalars.rate, scalars.epsilon, scalars.decay, ...fresh]);
    return results;
  };

  const results = groups.map((group) => compute(group, isSmall));
  const figures = tf.tidy(() =>
    tf.concat([tf.reshape(norm, [1]), ...results.map(([sizes]) => sizes!)])
  );
  const [gradNorm, ...sizes] = await figures.data<"float32">();
  const fault = faultOf(gradNorm!, sizes);
  if (fault === undefined) {
    groups.forEach((group, i) => {
      const [sizes, ...moved] = isSmall ? results[i]! : compute(group, true);
      replace(group, moved, weights, state);
      sizes!.dispose();
    });
  } else tf.dispose(results);
  tf.dispose([norm, scale, figures, ...isSmall ? [] : results.flat()]);
  return fault === undefined ? { gradNorm: gradNorm! } : { gradNorm: gradNorm!, fault };
}

/** Parameters whose update is their `t`-th. */
interface Group {
  readonly names: readonly string[];
  readonly t: number;
}

function byUpdates(names: readonly string[], state: AdamWState): Group[] {
  const groups = Map.groupBy(names, (name) => (state.get(name)?.steps ?? 0) + 1);
  return [...groups].map(([t, names]) => ({ names, t }));
}

/** The sums of [‖Δθ‖², ‖θ‖²]; if it is to be made, θ, m and v of each parameter too. */
function step(
  parameters: readonly Parameter[],
  scalars: StepScalars,
  options: AdamWOptions,
  isMade: boolean,
): tf.Tensor[] {
  const { beta1, beta2, weightDecay } = options;
  const form = `${beta1} ${beta2} ${weightDecay === 0 ? "no decay" : "decay"}`;
  const inputs = [
    ...parameters.flatMap((p) => [p.theta, p.mean, p.square, p.gradient]),
    ...[scalars.scale, scalars.rate, scalars.epsilon, scalars.decay],
  ];
  return compiled(
    `AdamW ${form} ${isMade ? "step" : "size"}`,
    inputs,
    () => {
      const moved = moveParameters(parameters, scalars, options);
      const sizes = tf.sum(tf.stack(moved.map(({ sizes }) => sizes)), 0);
      return isMade ? [sizes, ...moved.flatMap(({ tensors }) => [...tensors])] : [sizes];
    },
    { xla: true },
  );
}

/** Puts new θ, m and v in the place of the old ones. */
function replace(
  { names, t }: Group,
  moved: readonly tf.Tensor[],
  weights: Map<string, tf.Tensor>,
  state: AdamWState,
): void {
  names.forEach((name, i) => {
    const before = state.get(name);
    tf.dispose([weights.get(name)!, ...before ? [before.mean, before.square] : []]);
    weights.set(name, moved[3 * i]!);
    state.set(name, { mean: moved[3 * i + 1]!, square: moved[3 * i + 2]!, steps: t });
  });
}

/** Why a step must not be made, from [‖Δθ‖², ‖θ‖²] of each group. */
function faultOf(gradNorm: number, sizes: readonly number[]): string | undefined {
  if (!(gradNorm < LARGEST_NORM)) return `the gradient's norm is ${gradNorm}`;
  const sum = (first: number) =>
    sizes.reduce((sum, size, i) => i % 2 === first ? sum + size : sum, 0);
  const change = sum(0), size = sum(1);
  if (!Number.isFinite(change)) return "the new weights would not be finite";
  if (size > 0 && change > size) {
    const times = Math.sqrt(change / size).toPrecision(2);
    return `it would move the weights by ${times} times their own size`;
  }
  return undefined;
}
