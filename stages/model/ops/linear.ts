import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { op } from "./op.ts";

/**
 * A dense layer: y = x Wᵀ + b.
 *
 * @param x [n, in]
 * @param weight [out, in], as published checkpoints store it.
 * @param bias [out]
 * @returns [n, out]
 */
export function linear(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  bias?: tf.Tensor1D,
): tf.Tensor2D {
  if (bias === undefined) {
    return op(
      { x, weight },
      (save) => {
        save(x, weight);
        return tf.matMul(x, weight, false, true);
      },
      (dy: tf.Tensor2D, saved) => productGradients(dy, saved),
    );
  }
  return op(
    { x, weight, bias },
    (save) => {
      save(x, weight);
      return tf.add(tf.matMul(x, weight, false, true), bias) as tf.Tensor2D;
    },
    (dy: tf.Tensor2D, saved) => ({
      ...productGradients(dy, saved),
      bias: () => tf.sum(dy, 0),
    }),
  );
}

function productGradients(dy: tf.Tensor2D, [x, weight]: tf.Tensor[]) {
  return {
    x: () => tf.matMul(dy, weight as tf.Tensor2D),
    weight: () => tf.matMul(dy, x as tf.Tensor2D, true),
  };
}
