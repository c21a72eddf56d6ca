import assert from "node:assert/strict";
import {
  EXPERIMENT_NAMES,
  planExperiment,
} from "../../../pipeline/experiment/experiments.ts";
import { paperTable } from "../../../pipeline/experiment/paper_tables.ts";
import { checkData } from "../../../pipeline/open/open_data.ts";
import { resolveSettings } from "../../../pipeline/settings/settings.ts";

Deno.test("every experiment has data that can be opened, settings and tables", () => {
  for (const name of EXPERIMENT_NAMES) {
    const { arms, settings, paper, probes, tuningArm } = planExperiment(name);
    for (const { data, testData } of arms) {
      checkData(`${data},part=test`);
      if (testData !== undefined) checkData(`${testData},part=validation`);
    }
    for (const probe of probes) checkData(probe.slice(probe.indexOf("=") + 1));
    resolveSettings(settings);
    assert.ok(arms.some(({ label }) => label === tuningArm));
    for (const key of paper) assert.ok(paperTable(key).rows.length > 2, key);
  }
});

Deno.test("an experiment takes shots, seeds, learning rates and settings of the caller's", () => {
  const plan = planExperiment("few-shot-detection", {
    shots: [2, 3],
    seeds: [7],
    learningRates: { sft: undefined, rft: [1e-3] },
    settings: { steps: 5, beta: 0 },
  });
  assert.deepEqual(plan.arms.map(({ label }) => label), ["2-shot", "3-shot"]);
  assert.match(plan.arms[1]!.data, /,shots=3$/);
  assert.deepEqual(plan.seeds, [7]);
  assert.deepEqual(plan.learningRates.rft, [1e-3]);
  assert.ok(plan.learningRates.sft.length > 1);
  assert.equal(plan.settings.steps, 5);
  assert.equal(plan.settings.beta, 0);
});

Deno.test("another model takes the paper's settings and the caller's data", () => {
  const choice = { model: "Qwen/Qwen2-VL-2B-Instruct", data: "coco:instances.json" };
  const few = planExperiment("few-shot-detection", choice);
  assert.deepEqual(few.learningRates.rft, [1e-6]);
  assert.equal(few.settings.steps, 200);
  assert.equal(few.arms[0]!.data, "coco:instances.json,shots=4");
  assert.deepEqual(few.probes, []);
  assert.equal(planExperiment("grounding", choice).settings.steps, 500);
});

Deno.test("what no experiment can do is refused with a remedy", () => {
  assert.throws(
    () => planExperiment("few-shot-detections"),
    /did you mean few-shot-detec/,
  );
  assert.throws(
    () => planExperiment("grounding", { shots: [4] }),
    /does not count shots/,
  );
  assert.throws(
    () => planExperiment("grounding", { model: "Qwen/Qwen2-VL-2B-Instruct" }),
    /needs option data/,
  );
  const data = "coco:a.json,shots=3";
  assert.throws(() => planExperiment("few-shot-detection", { data }), /by option shots/);
  assert.throws(() => planExperiment("grounding", { seeds: [] }), /at least one seed/);
});
