import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { op } from "./op.ts";

/**
 * The gate of Qwen2's feed-forward layer: y = silu(gate) · up, with silu(x) = x σ(x).
 *
 * With s = σ(gate): dgate = dy up s (1 + gate (1 − s)), dup = dy gate s.
 *
 * @param gate Any shape.
 * @param up The same shape.
 */
export function swiglu(gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D {
  return op(
    { gate, up },
    (save) => {
      const s = tf.sigmoid(gate);
      const silu = tf.mul(gate, s);
      save(up, s, silu);
      return tf.mul(silu, up) as tf.Tensor2D;
    },
    (dy: tf.Tensor2D, [up, s, silu]) => ({
      // s (1 + gate (1 − s)) = s + silu − silu s
      gate: () => {
        const slope = tf.sub(tf.add(s!, silu!), tf.mul(silu!, s!));
        return tf.mul(tf.mul(dy, up!), slope);
      },
      up: () => tf.mul(dy, silu!),
    }),
  );
}

/** Qwen2-VL's vision activation: y = x σ(1.702 x); dx = dy s (1 + 1.702 x (1 − s)). */
export function quickGelu(x: tf.Tensor2D): tf.Tensor2D {
  return op(
    { x },
    (save) => {
      const s = tf.sigmoid(tf.mul(x, 1.702));
      const y = tf.mul(x, s) as tf.Tensor2D;
      save(s, y);
      return y;
    },
    (dy: tf.Tensor2D, [s, y]) => ({
      // s (1 + 1.702 x (1 − s)) = s + 1.702 y (1 − s)
      x: () => tf.mul(dy, tf.add(s!, tf.mul(tf.mul(y!, 1.702), tf.sub(1, s!)))),
    }),
  );
}

/** Exact GELU, of the patch merger: y = x Φ(x); dx = dy (Φ(x) + x φ(x)). */
export function gelu(x: tf.Tensor2D): tf.Tensor2D {
  return op(
    { x },
    (save) => {
      const phi = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
      save(x, phi);
      return tf.mul(x, phi) as tf.Tensor2D;
    },
    (dy: tf.Tensor2D, [x, phi]) => ({
      x: () => {
        const density = tf.mul(
          tf.exp(tf.mul(tf.square(x!), -0.5)),
          1 / Math.sqrt(2 * Math.PI),
        );
        return tf.mul(dy, tf.add(phi!, tf.mul(x!, density)));
      },
    }),
  );
}
