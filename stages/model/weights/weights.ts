import type * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { linear } from "../ops/linear.ts";

/**
 * Parameters by their published names (`model.layers.0.self_attn.q_proj.weight`).
 *
 * A `Map` of tensors is one; so is a map together with an adapter.
 */
export interface Weights {
  get(name: string): tf.Tensor | undefined;
  readonly adapter?: Adapter;
}

/** Low-rank matrices added to dense layers: W x + scale · B (A x). */
export interface Adapter {
  /** alpha / r */
  readonly scale: number;
  /** By `MODULE.lora_A.weight` [r, in] and `MODULE.lora_B.weight` [out, r]. */
  get(name: string): tf.Tensor | undefined;
}

/**
 * A parameter by name.
 *
 * @throws {RangeError} If the weights have no such parameter.
 */
export function parameter<T extends tf.Tensor>(weights: Weights, name: string): T {
  const tensor = weights.get(name);
  if (tensor === undefined) {
    throw new RangeError(`The weights have no parameter "${name}": check the checkpoint`);
  }
  return tensor as T;
}

/** The dense layer `module`, with its bias and adapter if it has them: [n, in] → [n, out]. */
export function dense(weights: Weights, module: string, x: tf.Tensor2D): tf.Tensor2D {
  const y = linear(
    x,
    parameter<tf.Tensor2D>(weights, `${module}.weight`),
    weights.get(`${module}.bias`) as tf.Tensor1D | undefined,
  );
  const down = weights.adapter?.get(`${module}.lora_A.weight`) as tf.Tensor2D | undefined;
  const up = weights.adapter?.get(`${module}.lora_B.weight`) as tf.Tensor2D | undefined;
  if (weights.adapter === undefined || down === undefined || up === undefined) return y;
  return y.add(linear(linear(x, down), up).mul(weights.adapter.scale)) as tf.Tensor2D;
}
