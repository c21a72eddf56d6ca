import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  boxLoss,
  cornerLoss,
  initialHeads,
  patchLosses,
  softCrossEntropy,
  weightedL1,
} from "../../../pipeline/pretrain/losses.ts";
import { startTestBackend } from "../../support/test_backend.ts";

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

// Two names, three coordinates of each kind and four visual tokens, of which two lie on objects.
const WIDTH = 5;
const kinds = {
  first: [2, 3, 4],
  further: [5, 6, 7],
  confidences: [],
  presence: [],
};
const patches = {
  labels: Int32Array.of(0, 2, 1, 2),
  labelWeights: Float32Array.of(1, 0.2, 0.3, 0.2),
  offsets: Float32Array.from({ length: 16 }, (_, i) => (i % 7) / 7 + 0.03),
  boxes: Float32Array.from({ length: 16 }, (_, i) => (i % 5) / 5 + 0.07),
  boxWeights: Float32Array.of(1, 0, 1, 0),
  objectCells: Int32Array.of(0, 2),
  corners: Float32Array.from({ length: 2 * 4 * 3 }, (_, i) => [0.2, 0.5, 0.3][i % 3]!),
};

Deno.test("the slope of the heads' losses along any direction is their gradient's", () => {
  const fresh = new Map([
    ...initialHeads(WIDTH, 1),
    ["model.embed_tokens.weight", tf.randomNormal([8, WIDTH], 0, 1, "float32", 4)],
    ["hidden", tf.randomNormal([4, WIDTH], 0, 1, "float32", 5)],
  ]);
  const names = [...fresh.keys()], point = [...fresh.values()];
  const loss = (...tensors: tf.Tensor[]) => {
    const weights = new Map(names.map((name, i) => [name, tensors[i]!]));
    const hidden = weights.get("hidden") as tf.Tensor2D;
    const dense = patchLosses(weights, hidden, Int32Array.of(0, 1), patches);
    return tf.addN([
      cornerLoss(weights, hidden, patches, kinds),
      tf.mul(boxLoss(weights, hidden, patches), 2),
      tf.mul(dense.patchClass, 3),
      tf.mul(dense.patchOffsets, 5),
    ]) as tf.Scalar;
  };
  const gradients = tf.grads(loss)(point);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const h = 1e-3;
      const [slope, expected] = tf.tidy(() => {
        const along = point.map((x, i) =>
          tf.randomUniform(x.shape, -1, 1, "float32", seed + i)
        );
        const at = (by: number) =>
          loss(...point.map((x, i) => tf.add(x, tf.mul(along[i]!, by)))).dataSync()[0]!;
        const dots = gradients.map((g, i) => tf.sum(tf.mul(g, along[i]!)));
        return [(at(h) - at(-h)) / (2 * h), tf.addN(dots).dataSync()[0]!];
      });
      assert.ok(Math.abs(slope! - expected!) < 2e-2, `${slope}, not ${expected}`);
    }),
    { numRuns: 30, seed: 1 },
  );
  tf.dispose([...gradients, ...point]);
});
