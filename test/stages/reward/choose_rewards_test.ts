import assert from "node:assert/strict";
import type { Target } from "../../../data/questions/question.ts";
import { chooseRewards } from "../../../stages/reward/choose_rewards.ts";
import { PROFILES, rewardsFor } from "../../../stages/reward/profiles.ts";
import { detectionTarget, stating } from "../../support/detections.ts";

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

Deno.test("chooseRewards() tells the profile's rewards its options, and refuses bad ones", () => {
  const target = detectionTarget([{ x1: 0, y1: 0, x2: 10, y2: 10 }]);
  const answer = stating([{ box: { x1: 0, y1: 0, x2: 10, y2: 8 } }]);
  const { iou } = chooseRewards("paper", { brief })(target);
  const strict = chooseRewards("paper", { brief }, { iouThreshold: 0.9 })(target);
  assert.deepEqual([iou!(answer, target), strict.iou!(answer, target)], [0.8, 0]);
  assert.equal(strict.brief, brief);
  assert.throws(() => chooseRewards("paper", {}, { iouThreshold: 2 }), RangeError);
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
  assert.throws(
    () => chooseRewards("none"),
    /RangeError: .* has no rewards: .*option reward/,
  );
});
