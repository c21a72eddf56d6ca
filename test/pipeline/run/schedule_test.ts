import assert from "node:assert/strict";
import { evaluationDue, saveDue } from "../../../pipeline/run/schedule.ts";
import {
  resolveSettings,
  type SettingsInput,
} from "../../../pipeline/settings/settings.ts";

const STEPS = [0, 1, 2, 3, 4, 5];

function due(is: typeof saveDue, settings: SettingsInput): number[] {
  return STEPS.filter((step) => is(step, resolveSettings({ steps: 5, ...settings })));
}

Deno.test("an evaluation is due before the first step, after the last and every evalSteps", () => {
  assert.deepEqual(due(evaluationDue, {}), [0, 5]);
  assert.deepEqual(due(evaluationDue, { evalSteps: 2 }), [0, 2, 4, 5]);
  assert.deepEqual(due(evaluationDue, { evalSteps: 2, evalSamples: 0 }), []);
});

Deno.test("a checkpoint is due after the last step and every saveSteps", () => {
  assert.deepEqual(due(saveDue, { saveSteps: 2 }), [2, 4, 5]);
  assert.deepEqual(due(saveDue, { saveSteps: 0 }), []);
});
