import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { startBackend } from "../../../../stages/engine/backend.ts";
import { moveParameters, stepScalars } from "../../../../stages/policy/adam_w_step.ts";

/** A step of two parameters; `cpu` has no kernel and computes it as operations. */
async function stepOn(name: "cpu" | "wasm"): Promise<number[][]> {
  await startBackend(name);
  assert.equal(tf.getKernel("AdamW", name) !== undefined, name === "wasm");
  const options = { beta1: 0.9, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.1 };
  const tensor = (shape: number[], wave: (i: number) => number) => {
    const size = shape.reduce((product, n) => product * n, 1);
    return tf.tensor(Float32Array.from({ length: size }, (_, i) => wave(i)), shape);
  };
  const parameter = (shape: number[]) => ({
    theta: tensor(shape, (i) => Math.sin(i) + 2),
    mean: tensor(shape, (i) => Math.cos(i) / 10),
    square: tensor(shape, (i) => Math.sin(i) ** 2 / 50),
    gradient: tensor(shape, (i) => Math.cos(3 * i)),
  });
  return tf.tidy(() => {
    const scalars = { scale: tf.scalar(0.3), ...stepScalars(3, 0.02, options) };
    return moveParameters([parameter([5, 7]), parameter([3])], scalars, options)
      .flatMap(({ tensors, sizes }) => [...tensors, sizes])
      .map((tensor) => [...tensor.shape, ...tensor.dataSync()]);
  });
}

Deno.test("AdamW in one pass equals its operations, and keeps no tensor", async () => {
  const expected = await stepOn("cpu");
  await startBackend("wasm");
  const before = [tf.memory().numTensors, tf.backend().numDataIds()];
  const found = await stepOn("wasm");
  assert.deepEqual([tf.memory().numTensors, tf.backend().numDataIds()], before);
  assert.equal(found.length, 8);
  found.forEach((values, i) =>
    values.forEach((x, j) => {
      const y = expected[i]![j]!;
      assert.ok(
        Math.abs(x - y) <= 1e-6 * (1 + Math.abs(y)),
        `${i}, ${j}: ${x}, not ${y}`,
      );
    })
  );
});
