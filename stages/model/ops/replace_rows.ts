import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { op } from "./op.ts";

/** Which rows {@linkcode replaceRows} replaces, as tensors; the caller disposes of them. */
export interface RowPlaces {
  /** [n], int32: index of each row among the rows of `x`, followed by those that replace some. */
  readonly source: tf.Tensor1D;
  /** [n, 1]: 0 for a row that is replaced, else 1. */
  readonly kept: tf.Tensor2D;
  /** [m], int32: where each of the new rows goes; those that are left over, to a kept row. */
  readonly indices: tf.Tensor1D;
}

/**
 * Places for {@linkcode replaceRows}.
 *
 * @param n Rows of `x`.
 * @param indices Different integers in [0, n), fewer than n.
 * @param m Rows that there are; those behind the last index are left over.
 */
export function rowPlaces(
  n: number,
  indices: Int32Array,
  m: number = indices.length,
): RowPlaces {
  const source = Int32Array.from({ length: n }, (_, i) => i);
  const kept = new Float32Array(n).fill(1);
  indices.forEach((index, i) => {
    source[index] = n + i;
    kept[index] = 0;
  });
  const places = new Int32Array(m).fill(kept.indexOf(1));
  places.set(indices);
  return {
    source: tf.tensor1d(source, "int32"),
    kept: tf.tensor2d(kept, [n, 1]),
    indices: tf.tensor1d(places, "int32"),
  };
}

/**
 * `x` with some rows replaced by the first of `rows`, in order.
 *
 * @param x [n, d]
 * @param rows [m, d]
 * @param places Must live until the backward pass.
 */
export function replaceRows(
  x: tf.Tensor2D,
  rows: tf.Tensor2D,
  { source, kept, indices }: RowPlaces,
): tf.Tensor2D {
  return op(
    { x, rows },
    () => tf.gather(tf.concat([x, rows]), source),
    (dy: tf.Tensor2D) => ({
      x: () => tf.mul(dy, kept),
      rows: () => tf.gather(tf.mul(dy, tf.sub(1, kept)), indices),
    }),
  );
}
