import * as tf from "@tensorflow/tfjs";
import { op } from "./op.ts";
import { product } from "./product.ts";

/**
 * Rows of a table by index, an index any number of times: y[i] = table[ids[i]].
 *
 * The gradient sums the rows of each index: a product with one-hot rows for a small table
 * (wasm has no segment sum), a scatter for a large one.
 *
 * @param table [size, d]
 * @param ids Integers in [0, size).
 * @returns [ids.length, d]
 */
export function embedding(table: tf.Tensor2D, ids: Int32Array): tf.Tensor2D {
  const [size, d] = table.shape;
  return op(
    { table },
    () => tf.gather(table, tf.tensor1d(ids, "int32")),
    (dy: tf.Tensor2D) => ({
      table: () =>
        size <= 4096
          ? product(
            tf.oneHot(tf.tensor1d(ids, "int32"), size).toFloat() as tf.Tensor2D,
            dy,
            true,
          )
          : tf.scatterND(tf.tensor2d(ids, [ids.length, 1], "int32"), dy, [size, d]),
    }),
  );
}

/**
 * Rows by index, each at most once: its gradient is a gather too, and cheaper than that of
 * {@link embedding}.
 *
 * @param x [n, d]
 * @param indices Different integers in [0, n).
 * @returns [indices.length, d]
 */
export function takeRows(x: tf.Tensor2D, indices: Int32Array): tf.Tensor2D {
  const [n, d] = x.shape;
  return op(
    { x },
    () => tf.gather(x, tf.tensor1d(indices, "int32")),
    (dy: tf.Tensor2D) => ({
      x: () => {
        const source = new Int32Array(n).fill(indices.length); // a row of zeros
        indices.forEach((index, i) => source[index] = i);
        return tf.gather(
          tf.concat([dy, tf.zeros([1, d])]),
          tf.tensor1d(source, "int32"),
        );
      },
    }),
  );
}

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
