import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { startBackend } from "../../../../stages/engine/backend.ts";
import { installedEngine } from "../../../../stages/engine/native_engine.ts";
import { compiled } from "../../../../stages/engine/compiled/compiled.ts";
import {
  forProducts,
  isBfloat16,
} from "../../../../stages/engine/native_kernels/bfloat16.ts";
import { engineOptions } from "../../../../stages/engine/engine_options.ts";
import { changesPlaces } from "../../../../stages/engine/native_kernels/mat_mul.ts";

const isNative = installedEngine() !== undefined;

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
    for (const rows of [1, 2, 3, 40, 257]) {
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

Deno.test("products change places for a few rows of a large matrix, and for nothing else", () => {
  const swaps = (a: number[], b: number[], transposeA = false, transposeB = true) => {
    const info = (shape: number[]) => ({ dataId: {}, shape, dtype: "float32" as const });
    return changesPlaces({
      inputs: { a: info(a), b: info(b) },
      attrs: { transposeA, transposeB },
    });
  };
  const [n, k] = [1024, 512]; // 2¹⁹
  assert.equal(swaps([2, k], [n, k]), true);
  assert.equal(swaps([256, k], [n, k]), true);
  assert.equal(swaps([257, k], [n, k]), false);
  assert.equal(swaps([1, k], [n, k]), false);
  assert.equal(swaps([2, k], [n - 1, k]), false);
  assert.equal(swaps([2, k], [k, n], false, false), false);
  assert.equal(swaps([k, 2], [n, k], true, true), false);
  assert.equal(swaps([1, 2, k], [1, n, k]), false);
});

Deno.test({
  name: "in bf16, products of rounded numbers are rounded once, and sums have 32 bits",
  ignore: !isNative,
  async fn() {
    await startBackend("native", { precision: "bf16" });
    try {
      tf.tidy(() => {
        // 1 + 2⁻⁸ lies between two numbers of 8 bits; 256 · 1 + 1 needs 9 of them.
        const x = tf.tensor2d([[1 + 2 ** -8, 3]]), w = tf.tensor2d([[1, 0], [0, 1]]);
        assert.deepEqual([...tf.matMul(x, w).dataSync()], [1, 3]);
        const ones = tf.ones([1, 257]) as tf.Tensor2D;
        assert.deepEqual([...tf.matMul(ones, ones, false, true).dataSync()], [256]);
        const many = tf.fill([1, 4096], 2 ** -4) as tf.Tensor2D;
        assert.deepEqual([...tf.matMul(many, many, false, true).dataSync()], [16]);
        // A matrix that was rounded before gives the same; nothing but products takes it.
        const a = numbers(20, 30), b = numbers(40, 30), kept = forProducts(b);
        assert.ok(isBfloat16(kept) && !isBfloat16(b));
        for (const other of [b, kept]) {
          const [y] = compiled(
            "bf16",
            [a, other],
            () => [tf.matMul(a, other, false, true)],
          );
          assert.deepEqual(y!.dataSync(), tf.matMul(a, b, false, true).dataSync());
        }
        const [made] = compiled("rounded", [b], () => [forProducts(tf.mul(b, 1))]);
        assert.ok(isBfloat16(made!));
        assert.deepEqual(
          tf.matMul(a, made as tf.Tensor2D, false, true).dataSync(),
          tf.matMul(a, b, false, true).dataSync(),
        );
      });
    } finally {
      await startBackend("native");
    }
    assert.equal(tf.memory().numTensors, 0);
  },
});

Deno.test("bf16 is refused where there is none", async () => {
  await assert.rejects(
    startBackend("wasm", { precision: "bf16" }),
    /bf16 needs the native engine/,
  );
  await assert.rejects(
    startBackend("wasm", { xla: true }),
    /xla needs the native engine/,
  );
  assert.equal(engineOptions().precision, "f32");
});
