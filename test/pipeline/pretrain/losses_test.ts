import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { softCrossEntropy, weightedL1 } from "../../../pipeline/pretrain/losses.ts";
import { startTestBackend } from "../../test_backend.ts";

await startTestBackend();

const row = (...values: number[]) => tf.tensor2d(values, [values.length, 1]);

Deno.test("softCrossEntropy() is the weighted mean of the rows' surprise", () => {
  const close = tf.tidy(() =>
    softCrossEntropy(
      tf.tensor2d([[0, 0], [Math.log(3), 0]]),
      tf.tensor2d([[0.5, 0.5], [1, 0]]),
      row(3, 1),
    ).dataSync()[0]! - (3 * Math.log(2) + Math.log(4 / 3)) / 4
  );
  assert.ok(Math.abs(close) < 1e-6);
});

Deno.test("weightedL1() averages over weighted rows and their elements", () => {
  const value = tf.tidy(() =>
    weightedL1(
      tf.tensor2d([[1, 2], [5, 5]]),
      tf.tensor2d([[0, 4], [0, 0]]),
      row(1, 0),
    ).dataSync()[0]
  );
  assert.equal(value, 1.5); // (|1| + |−2|) / 2
});

Deno.test("weightedL1() of no rows is 0", () => {
  const value = tf.tidy(() =>
    weightedL1(tf.tensor2d([[1, 2]]), tf.tensor2d([[0, 0]]), row(0)).dataSync()[0]
  );
  assert.equal(value, 0);
});

Deno.test("gradients of both losses agree with finite differences", () => {
  const targets = tf.tensor2d([[0.2, 0.5, 0.3], [0, 1, 0]]);
  const weights = row(1, 4);
  const losses = {
    softCrossEntropy: (x: tf.Tensor2D) => softCrossEntropy(x, targets, weights),
    weightedL1: (x: tf.Tensor2D) => weightedL1(x, targets, weights),
  };
  const x = [0.7, -0.4, 0.9, 1.3, 0.2, -0.8], h = 1e-2;
  for (const [name, loss] of Object.entries(losses)) {
    const value = (x: number[]) =>
      tf.tidy(() => loss(tf.tensor2d(x, [2, 3])).dataSync()[0]!);
    const gradient = tf.tidy(() =>
      tf.grad((x) => loss(x as tf.Tensor2D))(tf.tensor2d(x, [2, 3])).dataSync()
    );
    x.forEach((_, i) => {
      const moved = (by: number) => value(x.map((xj, j) => i === j ? xj + by : xj));
      const slope = (moved(h) - moved(-h)) / (2 * h);
      assert.ok(Math.abs(slope - gradient[i]!) < 1e-3, `${name} ${i}: ${slope}`);
    });
  }
  tf.dispose([targets, weights]);
});
