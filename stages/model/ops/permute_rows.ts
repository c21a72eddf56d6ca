import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { op } from "./op.ts";

/** An order of rows and its inverse, each [n], int32; the caller disposes of them. */
export interface RowOrder {
  /** Row of each place: a permutation of 0 … n − 1. */
  readonly order: tf.Tensor1D;
  /** Place of each row. */
  readonly inverse: tf.Tensor1D;
}

/** An order as tensors, with its inverse. */
export function rowOrder(order: Int32Array): RowOrder {
  return {
    order: tf.tensor1d(order, "int32"),
    inverse: tf.tensor1d(inverseOrder(order), "int32"),
  };
}

/** The order that undoes another. */
export function inverted({ order, inverse }: RowOrder): RowOrder {
  return { order: inverse, inverse: order };
}

/**
 * `x` with its rows in another order; the gradient uses the inverse order.
 *
 * @param x [n, d]
 * @param order Must live until the backward pass.
 */
export function permuteRows(x: tf.Tensor2D, { order, inverse }: RowOrder): tf.Tensor2D {
  return op(
    { x },
    () => tf.gather(x, order),
    (dy: tf.Tensor2D) => ({ x: () => tf.gather(dy, inverse) }),
  );
}

/** The inverse of an order. */
export function inverseOrder(order: Int32Array): Int32Array {
  const inverse = new Int32Array(order.length);
  order.forEach((from, to) => inverse[from] = to);
  return inverse;
}
