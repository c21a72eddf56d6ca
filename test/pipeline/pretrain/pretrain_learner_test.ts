import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { learner } from "../../../pipeline/pretrain/pretrain_learner.ts";
import { startTestBackend } from "../../support/test_backend.ts";

await startTestBackend();

/** Half the squared distance of both parameters from `target`. */
function build(target: number) {
  return (weights: ReadonlyMap<string, tf.Tensor>) => {
    const distance = (name: string) => tf.sub(weights.get(name)!, target).square().sum();
    const loss = tf.mul(tf.add(distance("a"), distance("b")), 0.5) as tf.Scalar;
    const patchLogits = tf.zeros([1, 1]) as tf.Tensor2D;
    return { loss, parts: {}, patchLogits, inputs: [] };
  };
}

function fresh() {
  const initial = new Map<string, tf.Tensor>([
    ["a", tf.tensor2d([[1, 2], [3, 4]])],
    ["b", tf.tensor1d([0.5])],
  ]);
  const model = learner(initial, 0);
  tf.dispose([...initial.values()]);
  return model;
}

async function values(weights: ReadonlyMap<string, tf.Tensor>): Promise<number[]> {
  const all = await Promise.all([...weights.values()].map((t) => t.data()));
  return all.flatMap((data) => [...data]);
}

Deno.test("the first step of AdamW goes by the rate against the gradient's sign", async () => {
  const model = fresh();
  const norm = await model.step(build(2), 0.1, () => {});
  assert.ok(Math.abs(norm - Math.sqrt(1 + 0 + 1 + 4 + 2.25)) < 1e-5);
  const expected = [1.1, 2, 2.9, 3.9, 0.6];
  (await values(model.weights)).forEach((value, i) =>
    assert.ok(Math.abs(value - expected[i]!) < 1e-4, `${i}: ${value}`)
  );
  model.dispose();
});

Deno.test("restored weights and moments go on as the unbroken run does", async () => {
  const whole = fresh();
  for (let step = 0; step < 4; step++) await whole.step(build(step), 0.1, () => {});
  const first = fresh();
  for (let step = 0; step < 2; step++) await first.step(build(step), 0.1, () => {});
  const second = learner(first.weights, 0, await first.moments());
  for (let step = 2; step < 4; step++) await second.step(build(step), 0.1, () => {});
  assert.deepEqual(await values(second.weights), await values(whole.weights));
  for (const model of [whole, first, second]) model.dispose();
});

Deno.test("a step leaves no tensor behind", async () => {
  const before = tf.memory().numTensors;
  const model = fresh();
  await model.step(build(0), 0.1, () => {});
  const after = tf.memory().numTensors;
  for (let i = 0; i < 3; i++) await model.step(build(0), 0.1, () => {});
  assert.equal(tf.memory().numTensors, after);
  model.dispose();
  assert.equal(tf.memory().numTensors, before);
});
