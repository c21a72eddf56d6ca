import assert from "node:assert/strict";
import type { Target } from "../../../data/question.ts";
import { chooseRewards } from "../../../stages/reward/choose_rewards.ts";
import { PROFILES, rewardsFor } from "../../../stages/reward/profiles.ts";

const cat: Target = { kind: "classification", label: "cat" };
const box: Target = { kind: "grounding", box: { x1: 0, y1: 0, x2: 9, y2: 9 } };
const brief = () => 1;

Deno.test("chooseRewards() puts own rewards beside the profile's, or in their place", () => {
  assert.deepEqual(chooseRewards("paper")(cat), rewardsFor("paper", "classification"));
  const beside = chooseRewards("hardened", { brief });
  assert.deepEqual(Object.keys(beside(cat)), ["accuracy", "format", "brief"]);
  assert.deepEqual(Object.keys(beside(box)), ["iou", "format", "brief"]);
  assert.deepEqual(chooseRewards("none", { brief })(box), { brief });
});

Deno.test("chooseRewards() refuses two rewards of one name, and none at all", () => {
  for (const profile of PROFILES) {
    for (const name of ["accuracy", "format", "iou", "confidence"]) {
      assert.throws(
        () => chooseRewards(profile, { [name]: brief }),
        new RegExp(
          `RangeError: The profile ${profile} has a reward "${name}" too: .*none`,
        ),
      );
    }
  }
  assert.deepEqual(chooseRewards("none", { format: brief })(cat), { format: brief });
  assert.throws(() => chooseRewards("none"), /RangeError: .* has no rewards: .*--reward/);
});
