import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { op } from "./op.ts";

/**
 * Layer normalisation: y = w (x − mean(x)) / √(var(x) + ε) + b, over the last axis.
 *
 * With u the normalised x, r = 1 / √(var(x) + ε) and g = dy·w:
 * dx = r (g − mean(g) − u mean(g u)), dw = Σ dy u, db = Σ dy.
 *
 * @param x [n, d]
 * @param weight [d]
 * @param bias [d]
 */
export function layerNorm(
  x: tf.Tensor2D,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
  epsilon: number,
): tf.Tensor2D {
  return op(
    { x, weight, bias },
    (save) => {
      const centred = tf.sub(x, tf.mean(x, 1, true));
      const r = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon));
      const unit = tf.mul(centred, r);
      save(weight, r, unit);
      return tf.add(tf.mul(unit, weight), bias) as tf.Tensor2D;
    },
    (dy: tf.Tensor2D, [w, r, unit]) => ({
      x: () => {
        const g = tf.mul(dy, w!);
        const along = tf.mean(tf.mul(g, unit!), 1, true);
        const centred = tf.sub(g, tf.mean(g, 1, true));
        return tf.mul(tf.sub(centred, tf.mul(unit!, along)), r!);
      },
      weight: () => tf.sum(tf.mul(dy, unit!), 0),
      bias: () => tf.sum(dy, 0),
    }),
  );
}
