import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import {
  inverseOrder,
  inverted,
  permuteRows,
  rowOrder,
} from "../../../../stages/model/ops/permute_rows.ts";
import { startTestBackend } from "../../../support/test_backend.ts";

await startTestBackend();
const order = Int32Array.of(2, 0, 1);

Deno.test("permuteRows() puts rows where the order says, and the inverse back", () => {
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const moved = permuteRows(x, rowOrder(order));
    assert.deepEqual([...moved.dataSync()], [5, 6, 1, 2, 3, 4]);
    assert.deepEqual([...inverseOrder(order)], [1, 2, 0]);
    const back = permuteRows(moved, inverted(rowOrder(order)));
    assert.deepEqual([...back.dataSync()], [1, 2, 3, 4, 5, 6]);
  });
});

Deno.test("permuteRows() gives each row the gradient of its place", () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const weights = tf.tensor2d([10, 11, 20, 21, 30, 31], [3, 2]);
    const tensors = rowOrder(order);
    const f = (x: tf.Tensor) =>
      tf.sum(tf.mul(permuteRows(x as tf.Tensor2D, tensors), weights));
    const gradient = tf.grad(f)(tf.zeros([3, 2]));
    // row 2 is in place 0, row 0 in place 1, row 1 in place 2
    assert.deepEqual([...gradient.dataSync()], [20, 21, 30, 31, 10, 11]);
  });
  assert.equal(tf.memory().numTensors, before);
});
