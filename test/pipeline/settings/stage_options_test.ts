import assert from "node:assert/strict";
import {
  resolveSettings,
  type SettingsInput,
} from "../../../pipeline/settings/settings.ts";
import {
  evaluateOptions,
  normaliseOptions,
  policyOptions,
  presenceOptions,
  rewardOptions,
  rolloutOptions,
  scheduleOptions,
  scoreOptions,
  updateOptions,
} from "../../../pipeline/settings/stage_options.ts";

/** All stages' options of some settings. */
function optionsOf(input: SettingsInput) {
  const settings = resolveSettings(input);
  return {
    rollout: rolloutOptions(settings, 3),
    reward: rewardOptions(settings),
    score: scoreOptions(settings, undefined),
    normalise: normaliseOptions(settings),
    update: updateOptions(settings, 3),
    schedule: scheduleOptions(settings),
    evaluate: evaluateOptions(settings, { rolloutBatchSize: 32 }),
    presence: presenceOptions(settings, { prompts: "paper", rolloutBatchSize: 32 }),
    policy: policyOptions(settings, true),
  };
}

Deno.test("a step samples and an evaluation asks by settings of their own", () => {
  const { rollout, evaluate, presence } = optionsOf({
    temperature: 0.7,
    evalTemperature: 0.1,
    evalSamples: 12,
    numGenerations: 4,
  });
  assert.equal(rollout.temperature, 0.7);
  assert.equal(rollout.numGenerations, 4);
  assert.equal(rollout.step, 3);
  assert.equal(evaluate.temperature, 0.1);
  assert.equal(evaluate.samples, 12);
  assert.equal(rollout.rolloutBatchSize, 16);
  assert.deepEqual([evaluate.rolloutBatchSize, presence.rolloutBatchSize], [32, 32]);
  assert.equal(presence.temperature, 0.1);
});

Deno.test("the settings of a run do not ban 'No Objects' in each of its evaluations", () => {
  assert.equal(optionsOf({ banNoObjects: true }).evaluate.banNoObjects, undefined);
});

Deno.test("without thinking its tag is never drawn, in a step and when presence is asked", () => {
  const without = optionsOf({ thinking: false }), with_ = optionsOf({ thinking: true });
  assert.notDeepEqual(without.rollout.badWords, []);
  assert.deepEqual(without.presence.badWords, without.rollout.badWords);
  assert.deepEqual(with_.rollout.badWords, []);
  assert.equal(without.evaluate.thinking, false);
});

Deno.test("an update has the learning rate of its step", () => {
  const { update, schedule } = optionsOf({ learningRate: 1e-3, warmupSteps: 5 });
  assert.equal(schedule.learningRate, 1e-3);
  assert.equal(update.learningRate, 1e-3 * 3 / 5);
});

Deno.test("no option of a stage has the name of a setting that it is not mapped from", () => {
  // A setting that is spread would bring all 59: these are all that any stage is given.
  for (const [stage, options] of Object.entries(optionsOf({}))) {
    const strange = ["model", "data", "out", "watch", "evalSamples", "saveSteps"];
    assert.deepEqual(strange.filter((name) => name in options), [], stage);
  }
});
