import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { startBackend } from "../../../../stages/engine/backend.ts";
import {
  nativeFolder,
  readNativeManifest,
} from "../../../../stages/engine/native_engine.ts";
import { matMul } from "../../../../stages/engine/native_kernels/mat_mul.ts";

const isNative = [true, false].some((gpu) =>
  readNativeManifest(nativeFolder(gpu)) !== undefined
);

/** Whole numbers from −3 to 3: their sums of products are exact. */
function numbers(rows: number, columns: number): tf.Tensor2D {
  const values = Float32Array.from(
    { length: rows * columns },
    (_, i) => (i * 7919 + (i >> 9)) % 7 - 3,
  );
  return tf.tensor2d(values, [rows, columns]);
}

Deno.test({
  name:
    "native products with a large transposed matrix are exact, with bias and gradient",
  ignore: !isNative,
  async fn() {
    await startBackend("native");
    const before = tf.memory().numTensors, dataBefore = tf.backend().numDataIds();
    const k = 640, n = 1024; // beyond the size from which operands change places
    for (const rows of [1, 2, 3, 40, 513]) {
      tf.tidy(() => {
        const x = numbers(rows, k), w = numbers(n, k), bias = tf.range(0, n);
        const y = tf.matMul(x, w, false, true);
        assert.deepEqual(y.shape, [rows, n]);
        // W's transpose as an operand of its own goes the other way.
        assert.deepEqual(y.dataSync(), tf.matMul(x, tf.transpose(w)).dataSync());
        const withBias = tf.fused.matMul({ a: x, b: w, transposeB: true, bias });
        assert.deepEqual(withBias.dataSync(), tf.add(y, bias).dataSync());
        const [dx, dw] = tf.grads((x, w) =>
          tf.sum(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D, false, true))
        )([x, w]);
        assert.deepEqual(dx!.slice([0, 0], [1, k]).dataSync(), tf.sum(w, 0).dataSync());
        assert.deepEqual(dw!.slice([0, 0], [1, k]).dataSync(), tf.sum(x, 0).dataSync());
      });
    }
    assert.equal(tf.memory().numTensors, before);
    assert.equal(tf.backend().numDataIds(), dataBefore);
  },
});

Deno.test("matMul() changes places for a few rows of a large matrix, and for nothing else", async () => {
  await startBackend("cpu");
  const swaps = (
    a: readonly number[],
    b: readonly number[],
    transposeA = false,
    transposeB = true,
  ) => {
    let first: readonly number[] | undefined;
    const info = (shape: readonly number[]) => ({
      dataId: {},
      shape: [...shape],
      dtype: "float32" as const,
    });
    const product = matMul(({ inputs }) => {
      first = inputs.a.shape;
      return tf.zeros([1, 1]);
    });
    tf.tidy(() => {
      product({
        inputs: { a: info(a), b: info(b) },
        attrs: { transposeA, transposeB },
        backend: undefined,
      });
    });
    return first!.join() === b.join();
  };
  const [n, k] = [1024, 512]; // 2¹⁹
  assert.equal(swaps([2, k], [n, k]), true);
  assert.equal(swaps([512, k], [n, k]), true);
  assert.equal(swaps([513, k], [n, k]), false);
  assert.equal(swaps([1, k], [n, k]), false);
  assert.equal(swaps([2, k], [n - 1, k]), false);
  assert.equal(swaps([2, k], [k, n], false, false), false);
  assert.equal(swaps([k, 2], [n, k], true, true), false);
  assert.equal(swaps([1, 2, k], [1, n, k]), false);
});
