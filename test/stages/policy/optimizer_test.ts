import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { verifyFunctions } from "../../../stages/engine/compiled/compiled.ts";
import {
  adamW,
  type AdamWState,
  type StepOptions,
} from "../../../stages/policy/optimizer.ts";
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
  { maxNorm = Infinity, numbersAtOnce }: Partial<StepOptions> = {},
) {
  const weights: Map<string, tf.Tensor> = named(theta), gradients = named(gradient);
  const state: AdamWState = new Map();
  const { fault, gradNorm } = await adamW(weights, gradients, state, options, {
    rate,
    maxNorm,
    numbersAtOnce,
  });
  const after = Object.fromEntries(
    [...weights].map(([name, tensor]) => [name, [...tensor.dataSync()]]),
  );
  const moments = [...state.values()].flatMap(({ mean, square }) => [mean, square]);
  const areFinite = moments.every((tensor) => tensor.dataSync().every(Number.isFinite));
  tf.dispose([...weights.values(), ...gradients.values(), ...moments]);
  return { fault, gradNorm, after, moved: state.size, areFinite };
}

Deno.test("a step that would damage weights or moments is not made, and says why", async () => {
  const before = tf.memory().numTensors;
  const theta = { a: [1, -2], b: [0.5] };
  const cases: [Record<string, number[]>, number, typeof ADAM, RegExp][] = [
    [{ a: [NaN, 0], b: [0] }, 1e-3, ADAM, /the gradient's norm is NaN/],
    [{ a: [Infinity, 0] }, 1e-3, ADAM, /the gradient's norm is Infinity/],
    // v would overflow, and with it the weights would never move again.
    [{ a: [1e30, 1] }, 1e-3, ADAM, /the gradient's norm is Infinity/],
    [{ a: [1.2e19, 1] }, 1e-3, ADAM, /the gradient's norm is 1199/],
    // 0 / (√0 + 0) is not a number.
    [{ a: [0, 1] }, 1e-3, { ...ADAM, epsilon: 0 }, /new weights would not be finite/],
    [{ a: [1, 1] }, 1e38, ADAM, /the new weights would not be finite/],
    [{ a: [1, 1], b: [1] }, 3, ADAM, /move the weights by 2\.3 times their own size/],
    [{ a: [1, 1], b: [1] }, 1e10, ADAM, /move the weights by \S+ times their own size/],
  ];
  for (const [gradient, rate, options, message] of cases) {
    for (const numbersAtOnce of [undefined, 2]) {
      const { fault, after, moved } = await step(theta, gradient, rate, options, {
        numbersAtOnce,
      });
      assert.match(fault ?? "", message);
      assert.deepEqual(after, theta);
      assert.equal(moved, 0);
    }
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
  const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(number, finite), { minLength: 2, maxLength: 2 }),
      fc.double({ min: 0, noNaN: true }),
      async (gradient, rate) => {
        const { fault, after, areFinite } = await step({ a: [1, -2] }, {
          a: gradient,
        }, rate);
        assert.ok(areFinite);
        if (fault === undefined) assert.ok(after.a!.every(Number.isFinite));
        else assert.deepEqual(after.a, [1, -2]);
      },
    ),
  );
});

/** AdamW in plain numbers, in double precision. */
function expected(
  theta: number[],
  gradients: readonly number[][],
  rates: readonly number[],
  { beta1, beta2, epsilon, weightDecay }: typeof ADAM,
  maxNorm: number,
) {
  const m = theta.map(() => 0), v = theta.map(() => 0), norms: number[] = [];
  gradients.forEach((gradient, step) => {
    const norm = Math.hypot(...gradient), t = step + 1, rate = rates[step]!;
    norms.push(norm);
    gradient.forEach((raw, i) => {
      const g = raw * Math.min(1, maxNorm / (norm + 1e-6));
      m[i] = beta1 * m[i]! + (1 - beta1) * g;
      v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
      const root = Math.sqrt(v[i]! / (1 - beta2 ** t)) + epsilon;
      theta[i] = theta[i]! * (1 - rate * weightDecay) -
        rate * m[i]! / (1 - beta1 ** t) / root;
    });
  });
  return { theta, m, v, norms };
}

Deno.test("steps of changing rates and gradients equal AdamW in double precision", async () => {
  verifyFunctions(true); // and no number of a step is frozen
  const before = tf.memory().numTensors;
  const sizes = [3, 1, 40], count = 44;
  const theta = Array.from({ length: count }, (_, i) => 1 + Math.sin(i));
  const gradients = [1, 3, 0.2, 5].map((scale, step) =>
    Array.from({ length: count }, (_, i) => Math.fround(scale * Math.cos(i * (step + 1))))
  );
  const rates = [0.01, 0.002, 0, 0.03];
  const cut = (values: readonly number[]) => {
    let at = 0;
    return new Map<string, tf.Tensor>(
      sizes.map((size, i) => [`p${i}`, tf.tensor1d(values.slice(at, at += size))]),
    );
  };
  for (const weightDecay of [0, 0.1]) {
    for (const maxNorm of [Infinity, 2]) {
      for (const numbersAtOnce of [undefined, 10]) {
        const options = { ...ADAM, weightDecay };
        const want = expected([...theta], gradients, rates, options, maxNorm);
        const weights = cut(theta), state: AdamWState = new Map();
        for (const [step, values] of gradients.entries()) {
          const parts = cut(values);
          const { gradNorm, fault } = await adamW(weights, parts, state, options, {
            rate: rates[step]!,
            maxNorm,
            numbersAtOnce,
          });
          assert.equal(fault, undefined);
          assert.ok(Math.abs(gradNorm / want.norms[step]! - 1) < 1e-6);
          tf.dispose([...parts.values()]);
        }
        const all = (tensors: Iterable<tf.Tensor>) =>
          [...tensors].flatMap((tensor) => [...tensor.dataSync()]);
        const close = (found: number[], wanted: number[], what: string) =>
          found.forEach((x, i) => {
            const off = Math.abs(x - wanted[i]!);
            assert.ok(
              off < 1e-6 * Math.max(1, Math.abs(wanted[i]!)),
              `${what} ${i}: ${off}`,
            );
          });
        const moments = [...state.values()];
        close(all(weights.values()), want.theta, "weight");
        close(all(moments.map(({ mean }) => mean)), want.m, "mean");
        close(all(moments.map(({ square }) => square)), want.v, "square");
        assert.deepEqual(moments.map(({ steps }) => steps), [4, 4, 4]);
        tf.dispose([...weights.values()]);
        tf.dispose(moments.flatMap(({ mean, square }) => [mean, square]));
      }
    }
  }
  verifyFunctions(false);
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("parameters that began later have their own t, in one step with the others", async () => {
  const weights: Map<string, tf.Tensor> = named({ a: [1, 2], b: [3] });
  const state: AdamWState = new Map(), rate = 0.1;
  for (const gradient of [{ a: [1, 1] }, { b: [2], a: [1, 1] }]) {
    const gradients = named(gradient as unknown as Record<string, number[]>);
    assert.equal(
      (await adamW(weights, gradients, state, ADAM, { rate })).fault,
      undefined,
    );
    tf.dispose([...gradients.values()]);
  }
  assert.deepEqual([...state].map(([name, { steps }]) => [name, steps]), [
    ["a", 2],
    ["b", 1],
  ]);
  const values = [...weights.values()].flatMap((tensor) => [...tensor.dataSync()]);
  // Equal gradients move a weight by the rate each time.
  values.forEach((x, i) => assert.ok(Math.abs(x - [0.8, 1.8, 2.9][i]!) < 1e-6, `${x}`));
  tf.dispose([...weights.values()]);
  tf.dispose([...state.values()].flatMap(({ mean, square }) => [mean, square]));
});
