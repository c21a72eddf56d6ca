import assert from "node:assert/strict";
import { planExperiment } from "../../../pipeline/experiment/experiments.ts";
import {
  chooseLearningRates,
  experimentResults,
  spread,
} from "../../../pipeline/experiment/results.ts";
import { finishedJobs } from "../../support/finished_jobs.ts";

const plan = planExperiment("style-detection", {
  shots: [4],
  seeds: [0, 1, 2],
  learningRates: { sft: [1e-5, 1e-4, 3e-4], rft: [2e-4] },
});

Deno.test("spread() has the mean and the unbiased standard deviation", () => {
  assert.deepEqual(spread([1, 2, 6]), { mean: 3, sd: Math.sqrt(7), values: [1, 2, 6] });
  assert.deepEqual(spread([5]), { mean: 5, sd: 0, values: [5] });
});

Deno.test("the best learning rate is taken, of equal ones the lowest, of one that one", () => {
  const { tuned } = finishedJobs(plan, (_, __, rate) => rate === 1e-5 ? 0.1 : 0.2);
  const { sft, rft } = chooseLearningRates(plan, tuned.toReversed());
  assert.equal(sft.chosen, 1e-4);
  assert.deepEqual(sft.tried.map(({ value }) => value), [0.1, 0.2, 0.2]);
  assert.deepEqual(rft, { chosen: 2e-4, tried: [] });
});

Deno.test("results have each method's figures over seeds, in the order of the seeds", () => {
  const value: Record<string, readonly number[]> = {
    baseline: [0.1, 0.1, 0.1],
    sft: [0.1, 0.2, 0.3],
    rft: [0.3, 0.4, 0.5],
  };
  const { tuned, tested } = finishedJobs(
    plan,
    (method, seed) => value[method]![seed] ?? 0,
  );
  // Runs end in any order.
  const results = experimentResults(plan, tuned, tested.toReversed());
  const { methods } = results.arms[0]!;
  assert.deepEqual(methods.rft.figures.map!.values, [0.3, 0.4, 0.5]);
  assert.ok(Math.abs(methods.sft.figures.map!.sd - 0.1) < 1e-12);
  assert.deepEqual(methods.baseline.figures.map, spread([0.1, 0.1, 0.1]));
  assert.deepEqual(methods.rft.categories.dog!.values, [0.3, 0.4, 0.5]);
  assert.deepEqual(methods.rft.probes["known artists"]!.map!.values, [0.4, 0.4, 0.4]);
  assert.deepEqual(methods.sft.runs, [0, 1, 2].map((s) => `runs/4-shot/sft-seed-${s}`));
  assert.equal(results.seconds, 30 * (3 + 9));
});

Deno.test("categories that differ between seeds are left out", () => {
  const { tuned, tested } = finishedJobs(plan, () => 0.1);
  const [first, ...rest] = tested;
  const other = { ...first!, result: { ...first!.result, categories: { owl: 1 } } };
  const { methods } = experimentResults(plan, tuned, [other, ...rest]).arms[0]!;
  assert.deepEqual(methods.baseline.categories, {});
  assert.deepEqual(Object.keys(methods.rft.categories), ["cat", "dog"]);
});
