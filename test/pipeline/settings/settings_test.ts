import assert from "node:assert/strict";
import {
  resolveSettings,
  settingRows,
  type SettingsInput,
} from "../../../pipeline/settings/settings.ts";
import { SETTINGS } from "../../../pipeline/settings/table.ts";
import { PROTOCOLS } from "../../../stages/evaluate/protocol.ts";
import { SCHEDULES } from "../../../stages/gradient/learning_rate.ts";
import { PROFILE_CHOICES } from "../../../stages/reward/choose_rewards.ts";

Deno.test("resolveSettings() lets a later layer win, and an absent value nothing", () => {
  const settings = resolveSettings(
    { steps: 10, seed: 1 },
    { steps: 20, seed: undefined },
  );
  assert.equal(settings.steps, 20);
  assert.equal(settings.seed, 1);
  assert.equal(settings.numGenerations, SETTINGS.numGenerations.default);
});

Deno.test("resolveSettings() takes every default", () => {
  const settings = resolveSettings();
  for (const [name, { default: fallback }] of settingRows()) {
    assert.deepEqual(settings[name], fallback, name);
    if (fallback === undefined) continue;
    assert.deepEqual(resolveSettings({ [name]: fallback }), settings, name);
  }
});

Deno.test("resolveSettings() refuses to learn thoughts where there is to be no thinking", () => {
  assert.throws(() => resolveSettings({ targets: "full" }, { thinking: false }), {
    name: "RangeError",
    message: /^targets full does not go with option thinking false/,
  });
  assert.equal(resolveSettings({ thinking: false }).targets, "answer");
  assert.ok(resolveSettings({ targets: "full" }).thinking);
});

Deno.test("resolveSettings() names the setting that was probably meant", () => {
  assert.throws(
    () => resolveSettings({ learninRate: 1 } as SettingsInput),
    {
      name: "TypeError",
      message: 'There is no setting "learninRate": did you mean "learningRate"?',
    },
  );
  assert.throws(
    () => resolveSettings({ xyzzy: 1 } as SettingsInput),
    /no setting "xyzzy": docs\/settings\.md lists all settings/,
  );
});

Deno.test("resolveSettings() says what a value must be and what it is", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ steps: 1.5 }, "steps must be a whole number of at least 0: it is 1.5"],
    [{ seed: "x" }, 'seed must be a whole number of at least 0: it is "x"'],
    [{ iouThreshold: 1 }, "iouThreshold must be a number from 0 to below 1: it is 1"],
    [{ topP: 2 }, "topP must be a number from 0 to 1: it is 2"],
    [{ beta: NaN }, "beta must be a number from 0 to 1000000: it is NaN"],
    [
      { lossType: "ppo" },
      'lossType must be one of grpo, bnpo, dr_grpo, dapo: it is "ppo"',
    ],
    [{ freezeVision: 1 }, "freezeVision must be true or false: it is 1"],
    [{ model: "" }, 'model must be a text that is not empty: it is ""'],
    [
      { numGenerations: 1 },
      "numGenerations must be a whole number of at least 2: it is 1",
    ],
  ];
  for (const [input, message] of cases) {
    assert.throws(() => resolveSettings(input), { name: "RangeError", message });
  }
});

Deno.test("resolveSettings() refuses to sample without chance", () => {
  assert.throws(
    () => resolveSettings({ temperature: 0 }),
    /temperature must be above 0/,
  );
});

Deno.test("weights of rewards keep every name, and are numbers by name", () => {
  for (const name of ["__proto__", "constructor", "prototype", "acuracy"]) {
    const rewardWeights = Object.fromEntries([[name, 2]]);
    const settings = resolveSettings({ rewardWeights });
    assert.deepEqual(Object.entries(settings.rewardWeights), [[name, 2]]);
  }
  for (
    const odd of [[1], new Map([["a", 1]]), null, "a=1", { a: "1" }, { a: Infinity }]
  ) {
    assert.throws(
      () => resolveSettings({ rewardWeights: odd as unknown as Record<string, number> }),
      /RangeError: rewardWeights must be numbers by name/,
    );
  }
});

Deno.test("beta and the rewards' timeout have an upper end", () => {
  assert.throws(
    () => resolveSettings({ beta: 1e300 }),
    /beta must be a number from 0 to/,
  );
  for (const rewardTimeout of [-1, 1e9, NaN]) {
    assert.throws(() => resolveSettings({ rewardTimeout }), /rewardTimeout must be a/);
  }
});

Deno.test("choices are those of the stages that use them", () => {
  assert.deepEqual(SETTINGS.profile.choices, PROFILE_CHOICES);
  assert.deepEqual(SETTINGS.protocol.choices, PROTOCOLS);
  assert.deepEqual(SETTINGS.lrSchedulerType.choices, SCHEDULES);
});

Deno.test("about ten settings of training matter first, and every row is complete", () => {
  const first = settingRows("train").filter(([, { first }]) => first);
  assert.ok(first.length >= 8 && first.length <= 12, `${first.length}`);
  for (const [name, { kind, choices, about, tasks }] of settingRows()) {
    assert.equal(kind === "choice", choices !== undefined, name);
    assert.match(about, /^[A-Z].*[^.]$/, name);
    assert.ok(tasks.length > 0, name);
  }
});
