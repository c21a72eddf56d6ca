import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { startBackend } from "../../../../stages/engine/backend.ts";

Deno.test("a sum of a million squares is that of double precision, and of none 0", async () => {
  await startBackend("wasm");
  const values = Float32Array.from({ length: 1 << 20 }, (_, i) => Math.sin(i) ** 2);
  const x = tf.tensor(values, [1 << 10, 1 << 10]);
  const squares = tf.engine().runKernel<tf.Scalar>("SumOfSquares", { x });
  assert.deepEqual(squares.shape, []);
  const expected = values.reduce((sum, v) => sum + v * v, 0);
  assert.equal(squares.dataSync()[0], Math.fround(expected));
  const none = tf.zeros([0]);
  const nothing = tf.engine().runKernel<tf.Scalar>("SumOfSquares", { x: none });
  assert.equal(nothing.dataSync()[0], 0);
  tf.dispose([x, squares, none, nothing]);
});
