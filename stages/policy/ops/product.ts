import * as tf from "@tensorflow/tfjs";

/**
 * Matrix product of the last two axes, `a` or `b` transposed where asked.
 *
 * The wasm backend multiplies a transposed operand 10 to 20 times slower than a plain one, so
 * there the transposition is carried out first; native TensorFlow takes it as a flag.
 */
export function product<T extends tf.Tensor>(
  a: T,
  b: T,
  transposeA = false,
  transposeB = false,
): T {
  if (tf.getBackend() !== "wasm") return tf.matMul(a, b, transposeA, transposeB);
  const left = transposeA ? swapLastAxes(a) : a;
  const right = transposeB ? swapLastAxes(b) : b;
  return left.rank === 3 && worthSplitting(left, right)
    ? tf.stack(
      tf.unstack(left).map((matrix, i) =>
        tf.matMul(matrix, tf.slice(right, [i, 0, 0], [1, -1, -1]).squeeze([0]))
      ),
    ) as T
    : tf.matMul(left, right);
}

/**
 * The wasm backend multiplies batches of matrices with a scalar loop, single matrices with
 * XNNPACK, about eight times faster; a call costs about as much as 50,000 of its products.
 */
function worthSplitting(a: tf.Tensor, b: tf.Tensor): boolean {
  return a.shape[1]! * a.shape[2]! * b.shape[2]! > 50_000;
}

/** Sum over the first axis, [n, d] → [d]: as a product it is many times faster than `tf.sum`. */
export function sumRows(x: tf.Tensor2D): tf.Tensor1D {
  return tf.matMul(tf.ones([1, x.shape[0]]), x).reshape([x.shape[1]]);
}

function swapLastAxes<T extends tf.Tensor>(x: T): T {
  const axes = x.shape.map((_, axis) => axis);
  const last = axes.length - 1;
  [axes[last], axes[last - 1]] = [last - 1, last];
  return tf.transpose(x, axes);
}
