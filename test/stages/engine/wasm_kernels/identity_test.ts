import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { startBackend } from "../../../../stages/engine/backend.ts";

await startBackend("wasm");

Deno.test("a clone has the values of its tensor, in the same memory, and outlives it", () => {
  const before = tf.memory().numTensors, data = tf.backend().numDataIds();
  for (const dtype of ["float32", "int32", "bool"] as const) {
    const x = tf.tensor2d([[1, 0], [0, 1]], [2, 2], dtype);
    const copy = x.clone();
    assert.equal(copy.dataId, x.dataId);
    assert.deepEqual([copy.shape, copy.dtype], [[2, 2], dtype]);
    x.dispose();
    const other = tf.fill([2, 2], 7); // would take the memory if it were free
    assert.deepEqual([...copy.dataSync()], [1, 0, 0, 1]);
    tf.dispose([copy, other]);
  }
  assert.equal(tf.memory().numTensors, before);
  assert.equal(tf.backend().numDataIds(), data);
});

Deno.test("products of a clone and of its tensor are the same, before and after either is gone", () => {
  const a = tf.randomNormal([64, 32], 0, 1, "float32", 3), b = a.clone();
  const product = (x: tf.Tensor) => {
    const out = tf.tidy(() => tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, false, true));
    const values = [...out.dataSync()];
    out.dispose();
    return values;
  };
  const expected = product(a);
  assert.deepEqual(product(b), expected);
  a.dispose();
  assert.deepEqual(product(b), expected);
  b.dispose();
});
