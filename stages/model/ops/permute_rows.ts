import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { op } from "./op.ts";

/**
 * `x` with its rows in another order; the gradient uses the inverse order.
 *
 * @param x [n, d]
 * @param order Row of each place: a permutation of 0 … n − 1.
 */
export function permuteRows(x: tf.Tensor2D, order: Int32Array): tf.Tensor2D {
  return op(
    { x },
    () => tf.gather(x, tf.tensor1d(order, "int32")),
    (dy: tf.Tensor2D) => ({
      x: () => tf.gather(dy, tf.tensor1d(inverseOrder(order), "int32")),
    }),
  );
}

/** The inverse of an order. */
export function inverseOrder(order: Int32Array): Int32Array {
  const inverse = new Int32Array(order.length);
  order.forEach((from, to) => inverse[from] = to);
  return inverse;
}
