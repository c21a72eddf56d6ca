import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { clipping, globalNorm } from "../../../stages/policy/gradient_norm.ts";
import { startTestBackend } from "../../support/test_backend.ts";

await startTestBackend();

Deno.test("gradients are clipped by their joint norm, as PyTorch does it", () => {
  const before = tf.memory().numTensors;
  const gradients = [tf.tensor1d([3, 0]), tf.tensor2d([[12], [4]])]; // √(9 + 144 + 16) = 13
  const values = (maxNorm: number, numbersAtOnce?: number) => {
    const { norm, scale } = clipping(gradients, maxNorm, numbersAtOnce);
    const read = [norm, scale].map((tensor) => tensor.dataSync()[0]!);
    tf.dispose([norm, scale]);
    return read;
  };
  for (const numbersAtOnce of [undefined, 1]) {
    assert.deepEqual(values(Infinity, numbersAtOnce), [13, 1]);
    assert.deepEqual(values(20, numbersAtOnce), [13, 1]);
    assert.deepEqual(values(6.5, numbersAtOnce), [13, Math.fround(6.5 / 13.000001)]);
  }
  tf.dispose(gradients);
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("the norm of no gradients is 0, of 2 million numbers exact, of NaN NaN", async () => {
  assert.equal(await globalNorm([]), 0);
  const values = Float32Array.from({ length: 2_000_000 }, (_, i) => Math.sin(i));
  const long = tf.tensor1d(values), broken = tf.tensor1d([1, NaN]);
  const exact = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
  const norm = await globalNorm([long]);
  assert.ok(Math.abs(norm / exact - 1) < 2e-7, `${norm}, not ${exact}`);
  assert.ok(Number.isNaN(await globalNorm([long, broken])));
  tf.dispose([long, broken]);
});
