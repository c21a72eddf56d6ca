import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { op } from "./op.ts";

/**
 * Root-mean-square normalisation: y = w x / √(mean(x²) + ε), over the last axis.
 *
 * With r = 1 / √(mean(x²) + ε) and g = dy·w: dx = r g − x r³ mean(g x), dw = Σ dy x r.
 *
 * @param x [n, d]
 * @param weight [d]
 */
export function rmsNorm(
  x: tf.Tensor2D,
  weight: tf.Tensor1D,
  epsilon: number,
): tf.Tensor2D {
  return op(
    { x, weight },
    (save) => {
      const r = tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), epsilon));
      const unit = tf.mul(x, r) as tf.Tensor2D;
      save(weight, r, unit);
      return tf.mul(unit, weight) as tf.Tensor2D;
    },
    (dy: tf.Tensor2D, [w, r, unit]) => ({
      x: () => {
        const g = tf.mul(dy, w!);
        const along = tf.mean(tf.mul(g, unit!), 1, true);
        return tf.mul(tf.sub(g, tf.mul(unit!, along)), r!);
      },
      weight: () => tf.sum(tf.mul(dy, unit!), 0),
    }),
  );
}
