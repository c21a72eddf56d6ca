import assert from "node:assert/strict";
import { PROFILES } from "../../../stages/reward/profiles.ts";
import { checkRewardWeights } from "../../../stages/reward/reward_weights.ts";

const brief = () => 1;

Deno.test("checkRewardWeights() knows the profile's rewards of every kind, and one's own", () => {
  for (const profile of PROFILES) {
    const weights = { accuracy: 1, format: 0, iou: -2, confidence: 0.5, brief: 3 };
    checkRewardWeights(weights, profile, { brief });
  }
  checkRewardWeights({ brief: 1 }, "none", { brief });
  checkRewardWeights({}, "none");
});

Deno.test("checkRewardWeights() names a name that there is not, and the nearest one", () => {
  assert.throws(() => checkRewardWeights({ acuracy: 2 }, "hardened"), {
    name: "RangeError",
    message: 'rewardWeights: there is no reward "acuracy": did you mean "accuracy"?',
  });
  assert.throws(
    () => checkRewardWeights({ brif: 2 }, "hardened", { brief }),
    /no reward "brif": did you mean "brief"\?/,
  );
  assert.throws(
    () => checkRewardWeights({ accuracy: 2 }, "none", { brief }),
    /no reward "accuracy": the rewards are brief/,
  );
  for (const name of ["constructor", "__proto__", ""]) {
    const weights = Object.fromEntries([[name, 1]]);
    assert.throws(() => checkRewardWeights(weights, "paper"), /there is no reward/);
  }
});

Deno.test("checkRewardWeights() refuses what no sum bears", () => {
  for (const weight of [NaN, Infinity, 1e101, -1e308]) {
    assert.throws(
      () => checkRewardWeights({ format: weight }, "hardened"),
      /RangeError: The weight of reward "format" is .*; give a number between/,
    );
  }
});
