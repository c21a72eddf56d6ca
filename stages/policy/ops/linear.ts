import * as tf from "@tensorflow/tfjs";
import { op } from "./op.ts";
import { product, sumRows } from "./product.ts";

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
        return product(x, weight, false, true);
      },
      (dy: tf.Tensor2D, saved) => productGradients(dy, saved),
    );
  }
  return op(
    { x, weight, bias },
    (save) => {
      save(x, weight);
      return affine(x, weight, bias);
    },
    (dy: tf.Tensor2D, saved) => ({
      ...productGradients(dy, saved),
      bias: () => sumRows(dy),
    }),
  );
}

function affine(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  const onWasm = tf.getBackend() === "wasm";
  return tf.fused.matMul({
    a: x,
    b: onWasm ? tf.transpose(weight) : weight,
    transposeB: !onWasm,
    bias,
  }) as tf.Tensor2D;
}

function productGradients(dy: tf.Tensor2D, [x, weight]: tf.Tensor[]) {
  return {
    x: () => product(dy, weight as tf.Tensor2D),
    weight: () => product(dy, x as tf.Tensor2D, true, false),
  };
}
