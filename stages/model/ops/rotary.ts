import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { op } from "./op.ts";

/** Cosines and sines of rotary positions, each [n, 1, d]. */
export interface RotaryTable {
  readonly cos: tf.Tensor3D;
  readonly sin: tf.Tensor3D;
  /** The quarter turn [x₁, x₂] → [−x₂, x₁] of two halves as a matrix, [d, d]. */
  readonly turn: tf.Tensor2D;
}

/**
 * Rotates pairs of dimensions by their token's angles: y = x cos + turn(x) sin.
 *
 * The turn swaps halves. One small matrix product does it in a single operation instead of
 * two slices, a negation and a concatenation. It is exact: the matrix holds 0, 1 and −1.
 *
 * @param x [n, heads, d]
 * @param table Must live until the backward pass.
 */
export function rotary(x: tf.Tensor3D, { cos, sin, turn }: RotaryTable): tf.Tensor3D {
  const [n, heads, d] = x.shape;
  const turned = (t: tf.Tensor, back: boolean) =>
    tf.matMul(t.reshape([n * heads, d]), turn, false, back)
      .reshape([n, heads, d]);
  return op(
    { x },
    () => tf.add(tf.mul(x, cos), tf.mul(turned(x, false), sin)) as tf.Tensor3D,
    (dy: tf.Tensor3D) => ({
      x: () => tf.add(tf.mul(dy, cos), turned(tf.mul(dy, sin), true)),
    }),
  );
}

/** The matrix of the quarter turn for heads of `d` dimensions; the caller disposes of it. */
export function quarterTurn(d: number): tf.Tensor2D {
  const matrix = new Float32Array(d * d);
  const half = d / 2;
  for (let i = 0; i < half; i++) {
    matrix[(i + half) * d + i] = -1; // out[i] = -x[i + half]
    matrix[i * d + i + half] = 1; // out[i + half] = x[i]
  }
  return tf.tensor2d(matrix, [d, d]);
}

/**
 * A table from angles.
 *
 * @param angles [n · d/2], row by row: the angle of each pair of dimensions; the two halves of
 * a head share their angles.
 */
export function rotaryTable(angles: Float32Array, n: number, d: number): RotaryTable {
  const half = d / 2;
  const cos = new Float32Array(n * d), sin = new Float32Array(n * d);
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < half; i++) {
      const angle = angles[row * half + i]!;
      const at = row * d + i;
      cos[at] = cos[at + half] = Math.cos(angle);
      sin[at] = sin[at + half] = Math.sin(angle);
    }
  }
  return {
    cos: tf.tensor3d(cos, [n, 1, d]),
    sin: tf.tensor3d(sin, [n, 1, d]),
    turn: quarterTurn(d),
  };
}
