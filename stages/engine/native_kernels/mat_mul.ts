import * as tf from "npm:@tensorflow/tfjs@4.22.0";

/** Elements of a matrix from which the order of its multiplication matters. */
const LARGE = 1 << 19;

interface Call {
  readonly inputs: { readonly a: tf.TensorInfo; readonly b: tf.TensorInfo };
  readonly attrs: { readonly transposeA: boolean; readonly transposeB: boolean };
  readonly backend: unknown;
}

/** A matrix product of the native engine. */
export type MatMul = (call: Call) => tf.Tensor;

/**
 * The product x Wᵀ of a few rows with a large matrix, computed as (W xᵀ)ᵀ.
 *
 * TensorFlow packs a transposed right operand again for every few rows of the left one: for two
 * rows and a matrix of 8960 x 1536 that takes 137 ms, and W xᵀ with its small transposition
 * 11 ms; for 512 rows 296 and 185 ms. A single row it multiplies without packing, and for more
 * rows than half of W's the transposition costs as much as it saves. Small matrices are left as they
 * are. `deno run -A bench/native_kernels.ts` measures it.
 */
export function matMul(original: MatMul): MatMul {
  return (call) => {
    const { inputs: { a, b }, attrs: { transposeA, transposeB }, backend } = call;
    const [m] = a.shape, [n, k] = b.shape;
    const isPlain = a.shape.length === 2 && b.shape.length === 2 &&
      a.dtype === "float32" && b.dtype === "float32" && !transposeA && transposeB;
    if (!isPlain || n! * k! < LARGE || m! < 2 || 2 * m! > n!) return original(call);
    return tf.tidy(() =>
      tf.transpose(original({ inputs: { a: b, b: a }, attrs: call.attrs, backend }))
    );
  };
}
