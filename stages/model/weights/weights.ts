import type * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { linear } from "../ops/linear.ts";

/** Tensors by name, as a `Map` has them. */
export type NamedTensors = Pick<
  ReadonlyMap<string, tf.Tensor>,
  "get" | "keys" | "values"
>;

/**
 * Parameters by their published names (`model.layers.0.self_attn.q_proj.weight`).
 *
 * A `Map` of tensors is one; so is a map together with an adapter.
 */
export interface Weights extends NamedTensors {
  readonly adapter?: Adapter;
}

/** Low-rank matrices added to dense layers: W x + scale · B (A x). */
export interface Adapter {
  /** alpha / r */
  readonly scale: number;
  /** By `MODULE.lora_A.weight` [r, in] and `MODULE.lora_B.weight` [out, r]. */
  readonly matrices: NamedTensors;
}

/** All tensors of weights, an adapter's after the model's, always in the same order. */
export function allTensors(weights: Weights): tf.Tensor[] {
  return [...weights.values(), ...weights.adapter?.matrices.values() ?? []];
}

/**
 * What the names of weights say of the computation with them: two sets with equal forms differ in
 * shapes and values alone.
 */
export function weightsForm(weights: Weights): string {
  const { adapter } = weights;
  const adapted = adapter && [adapter.scale, ...adapter.matrices.keys()];
  return JSON.stringify([[...weights.keys()], adapted]);
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
  const down = weights.adapter?.matrices.get(`${module}.lora_A.weight`) as
    | tf.Tensor2D
    | undefined;
  const up = weights.adapter?.matrices.get(`${module}.lora_B.weight`) as
    | tf.Tensor2D
    | undefined;
  if (weights.adapter === undefined || down === undefined || up === undefined) return y;
  // The scale is put on the smaller side.
  const inner = linear(x, down).mul(weights.adapter.scale) as tf.Tensor2D;
  return y.add(linear(inner, up)) as tf.Tensor2D;
}
