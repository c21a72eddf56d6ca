import assert from "node:assert/strict";
import fc from "fast-check";
import { learningRate, SCHEDULES } from "../../../stages/gradient/learning_rate.ts";

const run = { learningRate: 2, warmupSteps: 2, steps: 6, minLrRate: 0.5 };
const rates = (lrSchedulerType: (typeof SCHEDULES)[number]) =>
  [1, 2, 3, 4, 5, 6].map((step) => learningRate(step, { ...run, lrSchedulerType }));

Deno.test("learningRate() rises in a straight line, then falls in one to the floor", () => {
  assert.deepEqual(rates("linear"), [1, 2, 1.75, 1.5, 1.25, 1]);
});

Deno.test("learningRate() falls as half a cosine", () => {
  const got = rates("cosine");
  assert.deepEqual([got[0], got[1], got[5]], [1, 2, 1]);
  assert.ok(Math.abs(got[3]! - 1.5) < 1e-12, "halfway it is halfway");
  assert.ok(Math.abs(got[2]! - (1 + (1 + Math.SQRT1_2) / 2)) < 1e-12);
});

Deno.test("learningRate() stays after warm-up where it is constant", () => {
  assert.deepEqual(rates("constant"), [1, 2, 2, 2, 2, 2]);
});

Deno.test("learningRate() is whole at once without warm-up, and in a run of one step", () => {
  for (const lrSchedulerType of SCHEDULES) {
    const options = { ...run, lrSchedulerType, warmupSteps: 0 };
    assert.equal(learningRate(1, options), 2);
    assert.equal(learningRate(1, { ...options, steps: 1 }), 2);
  }
});

Deno.test("learningRate() never leaves [0, the highest] nor, after warm-up, the floor", () => {
  const options = fc.record({
    lrSchedulerType: fc.constantFrom(...SCHEDULES),
    learningRate: fc.double({ min: 0, max: 1, noNaN: true }),
    warmupSteps: fc.nat(20),
    steps: fc.integer({ min: 1, max: 50 }),
    minLrRate: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(fc.property(options, fc.double({ min: 0, max: 1, noNaN: true }), (o, at) => {
    const step = 1 + Math.floor(at * (o.steps - 1));
    const rate = learningRate(step, o);
    assert.ok(rate >= 0 && rate <= o.learningRate * (1 + 1e-12), `${rate}`);
    if (step < o.warmupSteps) return;
    assert.ok(rate >= o.learningRate * o.minLrRate * (1 - 1e-12), `${rate}`);
  }));
});
