import assert from "node:assert/strict";
import { evaluationBatchSize } from "../../../pipeline/evaluate/batch_size.ts";
import { resolveSettings } from "../../../pipeline/settings/settings.ts";
import { cats } from "../../support/bandit.ts";

const settings = resolveSettings();
const policy = {
  rowBytes: (_: unknown, maxCompletionLength: number) => maxCompletionLength * 2 ** 15,
};

Deno.test("an evaluation asks as many questions together as the policy says that fit", async () => {
  assert.equal(await evaluationBatchSize(policy, cats(500), settings, 200), 100);
  assert.equal(await evaluationBatchSize(policy, cats(60), settings, 200), 60);
  const long = { ...settings, maxCompletionLength: 4096 };
  assert.equal(await evaluationBatchSize(policy, cats(500), long, 200), 16);
});

Deno.test("the setting decides if it is given, and a step's batch if nothing is known", async () => {
  const given = { ...settings, evalBatchSize: 7 };
  assert.equal(await evaluationBatchSize(policy, cats(500), given, 200), 7);
  assert.equal(await evaluationBatchSize({}, cats(500), settings, 200), 16);
  assert.equal(await evaluationBatchSize(policy, cats(0), settings, 200), 16);
});

Deno.test("a source that leaves bad images out is asked for its first question as it may be", async () => {
  const source = { ...cats(500), questionUnlessBad: () => Promise.resolve(undefined) };
  assert.equal(await evaluationBatchSize(policy, source, settings, 200), 16);
});
