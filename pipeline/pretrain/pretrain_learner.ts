import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { adamW, type AdamWState } from "../../stages/policy/optimizer.ts";
import type { Objective } from "./objective.ts";
import { cutParameters, joinParameters, type Layout } from "./flat_parameters.ts";

const FLAT = "flat";

/** Parameters under training, and the optimiser's memory. */
export interface Learner {
  /** By name; replaced at every step. */
  readonly weights: ReadonlyMap<string, tf.Tensor>;
  /**
   * One step of AdamW (betas .9, .95) on the gradient of an objective, clipped to norm 1.
   *
   * @param look Is shown the objective's tensors before they are freed.
   * @returns The gradient's norm before clipping.
   */
  step(
    build: (weights: ReadonlyMap<string, tf.Tensor>) => Objective,
    rate: number,
    look: (objective: Objective) => void,
  ): Promise<number>;
  /** The optimiser's memory, for a checkpoint; undefined before the first step. */
  moments(): Promise<FlatMoments | undefined>;
  dispose(): void;
}

/** AdamW's moments of all parameters, joined in the order of their names in the learner. */
export interface FlatMoments {
  readonly mean: Float32Array;
  readonly square: Float32Array;
  readonly steps: number;
}

/**
 * Trains parameters that lie in one vector.
 *
 * @param initial Copied; stays the caller's.
 * @param restored What `moments` gave for parameters of the same names, order and shapes.
 */
export function learner(
  initial: ReadonlyMap<string, tf.Tensor>,
  weightDecay: number,
  restored?: FlatMoments,
): Learner {
  const { layout, flat } = joinParameters(initial);
  const parameters = new Map<string, tf.Tensor>([[FLAT, flat]]);
  const memory: AdamWState = new Map();
  if (restored !== undefined) {
    memory.set(FLAT, {
      mean: tf.tensor1d(restored.mean),
      square: tf.tensor1d(restored.square),
      steps: restored.steps,
    });
  }
  let weights = cutParameters(parameters.get(FLAT) as tf.Tensor1D, layout);

  return {
    get weights() {
      return weights;
    },
    async step(build, rate, look) {
      const gradient = flatGradient(weights, layout, build, look);
      const gradients = new Map([[FLAT, gradient]]);
      const options = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay };
      const { gradNorm, fault } = await adamW(parameters, gradients, memory, options, {
        rate,
        maxNorm: 1,
      });
      if (fault !== undefined) {
        throw new RangeError(
          `The step cannot be made: ${fault}; lower the learning rate`,
        );
      }
      tf.dispose([gradient, ...weights.values()]);
      weights = cutParameters(parameters.get(FLAT) as tf.Tensor1D, layout);
      return gradNorm;
    },
    async moments() {
      const kept = memory.get(FLAT);
      if (kept === undefined) return undefined;
      return {
        mean: await kept.mean.data<"float32">(),
        square: await kept.square.data<"float32">(),
        steps: kept.steps,
      };
    },
    dispose() {
      const kept = memory.get(FLAT);
      tf.dispose([...weights.values(), parameters.get(FLAT)!]);
      if (kept !== undefined) tf.dispose([kept.mean, kept.square]);
    },
  };
}

function flatGradient(
  weights: ReadonlyMap<string, tf.Tensor>,
  layout: Layout,
  build: (weights: ReadonlyMap<string, tf.Tensor>) => Objective,
  look: (objective: Objective) => void,
): tf.Tensor1D {
  const xs = layout.names.map((name) => weights.get(name)!);
  return tf.tidy(() => {
    let built: Objective | undefined;
    const { grads } = tf.engine().gradients(
      () => {
        built = build(weights);
        for (const tensor of [...shown(built), ...built.inputs]) tf.keep(tensor);
        return built.loss;
      },
      xs,
      undefined,
      true,
    );
    look(built!);
    tf.dispose([...shown(built!), ...built!.inputs]);
    return tf.concat(
      grads.map((g, i) => g?.flatten() ?? tf.zeros([layout.sizes[i]!])),
    ) as tf.Tensor1D;
  });
}

function shown({ loss, parts, patchLogits, tokenLogits }: Objective): tf.Tensor[] {
  const tensors = [loss, ...Object.values(parts), patchLogits, tokenLogits];
  return [...new Set(tensors.filter((t) => t !== undefined))];
}
