import assert from "node:assert/strict";
import { planExperiment } from "../../../pipeline/experiment/experiments.ts";
import { testJobs, tuningJobs } from "../../../pipeline/experiment/jobs.ts";

const plan = planExperiment("style-detection", {
  shots: [4, 16],
  seeds: [0, 1],
  learningRates: { sft: [1e-5, 1e-4], rft: [2e-4] },
});

Deno.test("learning rates are chosen on the validation half, by a seed of its own", () => {
  const jobs = tuningJobs(plan);
  assert.deepEqual(jobs.map(({ folder }) => folder), [
    "tuning/sft-0.00001",
    "tuning/sft-0.0001",
  ]);
  for (const { settings, seed } of jobs) {
    assert.match(settings.data!, /shots=4,part=validation$/);
    assert.equal(settings.seed, seed);
    assert.ok(!plan.seeds.includes(seed));
    assert.equal(settings.probe, undefined);
  }
});

Deno.test("the methods of a seed differ in nothing but the method", () => {
  const jobs = testJobs(plan, { sft: 1e-4, rft: 2e-4 });
  assert.equal(jobs.length, 2 * 2 * 3);
  assert.equal(new Set(jobs.map(({ folder }) => folder)).size, jobs.length);
  for (const own of Map.groupBy(jobs, ({ arm, seed }) => `${arm} ${seed}`).values()) {
    const [baseline, sft, rft] = (["baseline", "sft", "rft"] as const).map((method) => {
      const { task, settings } = own.find((job) => job.method === method)!;
      const { learningRate, steps, beta, ...rest } = settings;
      return { task, learningRate, steps, beta, rest };
    });
    assert.deepEqual(sft!.rest, rft!.rest);
    assert.deepEqual(baseline!.rest, rft!.rest);
    assert.match(rft!.rest.data!, /part=test$/);
    assert.equal(rft!.rest.banNoObjects, true);
    assert.deepEqual([baseline, sft, rft].map((one) => one!.task), [
      ...["train", "sft", "train"],
    ]);
    assert.deepEqual([baseline!.steps, sft!.steps, rft!.steps], [0, 60, 60]);
    assert.deepEqual([sft!.learningRate, rft!.learningRate], [1e-4, 2e-4]);
  }
});

Deno.test("baselines come first: the other runs share their answers", () => {
  const methods = testJobs(plan, { sft: 1e-4, rft: 2e-4 }).map(({ method }) => method);
  assert.equal(methods.lastIndexOf("baseline"), 3);
  assert.equal(methods.indexOf("sft"), 8);
});

Deno.test("test data of its own is divided in place of the data", () => {
  const own = planExperiment("open-vocabulary", { seeds: [0] });
  const [tuning] = tuningJobs(own), [test] = testJobs(own, { sft: 1, rft: 1 });
  assert.doesNotMatch(test!.settings.data!, /part=/);
  assert.match(test!.settings.testData!, /categories=novel.*part=test$/);
  assert.match(tuning!.settings.testData!, /part=validation$/);
});
