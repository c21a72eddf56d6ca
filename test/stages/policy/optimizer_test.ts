import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { adamW, type AdamWState } from "../../../stages/policy/optimizer.ts";
import { startTestBackend } from "../../support/test_backend.ts";

await startTestBackend();

const ADAM = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 };
const named = (values: Record<string, number[]>) =>
  new Map(Object.entries(values).map(([name, list]) => [name, tf.tensor1d(list)]));

/** One step from `theta` along `gradient`: what was said, and the weights afterwards. */
async function step(
  theta: Record<string, number[]>,
  gradient: Record<string, number[]>,
  rate: number,
  options = ADAM,
) {
  const weights: Map<string, tf.Tensor> = named(theta), gradients = named(gradient);
  const state: AdamWState = new Map();
  const fault = await adamW(weights, gradients, state, rate, options);
  const after = Object.fromEntries(
    [...weights].map(([name, tensor]) => [name, [...tensor.dataSync()]]),
  );
  const moved = state.size;
  tf.dispose([...weights.values(), ...gradients.values()]);
  tf.dispose([...state.values()].flatMap(({ mean, square }) => [mean, square]));
  return { fault, after, moved };
}

Deno.test("a step that would damage weights or moments is not made, and says why", async () => {
  const before = tf.memory().numTensors;
  const theta = { a: [1, -2], b: [0.5] };
  const cases: [Record<string, number[]>, number, typeof ADAM, RegExp][] = [
    [{ a: [NaN, 0], b: [0] }, 1e-3, ADAM, /the new weights would not be finite/],
    [{ a: [Infinity, 0] }, 1e-3, ADAM, /would not be finite/],
    // 0 / (√0 + 0) is not a number.
    [{ a: [0, 1] }, 1e-3, { ...ADAM, epsilon: 0 }, /new weights would not be finite/],
    [{ a: [1, 1] }, 1e38, ADAM, /the new weights would not be finite/],
    // v overflows, and with it the weights would never move again.
    [{ a: [1e30, 1] }, 1e-3, ADAM, /the optimiser's moments would not be finite/],
    [{ a: [1, 1], b: [1] }, 3, ADAM, /move the weights by 2\.3 times their own size/],
    [{ a: [1, 1], b: [1] }, 1e10, ADAM, /move the weights by \S+ times their own size/],
  ];
  for (const [gradient, rate, options, message] of cases) {
    const { fault, after, moved } = await step(theta, gradient, rate, options);
    assert.match(fault ?? "", message);
    assert.deepEqual(after, theta);
    assert.equal(moved, 0);
  }
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("weights move a step as AdamW has it, and none that it is not asked to", async () => {
  const { fault, after } = await step({ a: [1, -2], b: [0.5] }, { a: [4, -0.1] }, 0.25);
  assert.equal(fault, undefined);
  // The first step of Adam moves each weight by the rate, against the gradient's sign.
  after.a!.forEach((value, i) => assert.ok(Math.abs(value - [0.75, -1.75][i]!) < 1e-5));
  assert.deepEqual(after.b, [0.5]);
});

Deno.test("whatever gradients and rates are, weights are finite or as they were", async () => {
  const number = fc.double({ noDefaultInfinity: false });
  await fc.assert(
    fc.asyncProperty(
      fc.array(number, { minLength: 2, maxLength: 2 }),
      fc.double({ min: 0, noNaN: true }),
      async (gradient, rate) => {
        const { fault, after } = await step({ a: [1, -2] }, { a: gradient }, rate);
        if (fault === undefined) assert.ok(after.a!.every(Number.isFinite));
        else assert.deepEqual(after.a, [1, -2]);
      },
    ),
  );
});
