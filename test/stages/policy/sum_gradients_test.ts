import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { addGradients } from "../../../stages/policy/sum_gradients.ts";
import { startTestBackend } from "../../support/test_backend.ts";

await startTestBackend();

const named = (values: Record<string, number[]>) =>
  new Map<string, tf.Tensor>(
    Object.entries(values).map(([name, list]) => [name, tf.tensor1d(list)]),
  );

Deno.test("gradients are added in the order of micro-batches, whichever parameters have one", () => {
  const before = tf.memory().numTensors;
  const sums = new Map<string, tf.Tensor>();
  // In f32 2²⁴ + 1 + 1 is 2²⁴, and 1 + 1 + 2²⁴ is not.
  addGradients(sums, named({ a: [2 ** 24, 1], b: [1] }));
  addGradients(sums, named({ a: [1, 1], c: [5, 6] }));
  addGradients(sums, named({ c: [-1, 0.5], a: [1, 2 ** 24] }));
  addGradients(sums, new Map());
  const values = [...sums].map(([name, sum]) => [name, [...sum.dataSync()]]);
  assert.deepEqual(values, [
    ["a", [2 ** 24, 2 ** 24 + 2]],
    ["b", [1]],
    ["c", [4, 6.5]],
  ]);
  tf.dispose([...sums.values()]);
  assert.equal(tf.memory().numTensors, before);
});
