import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { op } from "./op.ts";

/**
 * `x` with the rows at `indices` replaced by `rows`, in order.
 *
 * @param x [n, d]
 * @param rows [indices.length, d]
 * @param indices Different integers in [0, n).
 */
export function replaceRows(
  x: tf.Tensor2D,
  rows: tf.Tensor2D,
  indices: Int32Array,
): tf.Tensor2D {
  const n = x.shape[0];
  const source = Int32Array.from({ length: n }, (_, i) => i);
  indices.forEach((index, i) => source[index] = n + i);
  return op(
    { x, rows },
    () => tf.gather(tf.concat([x, rows]), tf.tensor1d(source, "int32")),
    (dy: tf.Tensor2D) => ({
      x: () => {
        const kept = new Float32Array(n).fill(1);
        for (const index of indices) kept[index] = 0;
        return tf.mul(dy, tf.tensor2d(kept, [n, 1]));
      },
      rows: () => tf.gather(dy, tf.tensor1d(indices, "int32")),
    }),
  );
}
