import assert from "node:assert/strict";
import {
  figureOrder,
  figureTitle,
  headlineOf,
  isBetterHigh,
} from "../../../pipeline/page/figure_name.ts";

Deno.test("figures of numbers, texts, choices and points have names, a place and a direction", () => {
  assert.equal(figureTitle("number_mean_error"), "Number, mean error");
  assert.equal(isBetterHigh("number_mean_error"), false);
  assert.equal(isBetterHigh("mean_length"), false);
  const better = ["number_accuracy", "text_exact", "choice_accuracy", "point_accuracy"];
  for (const name of better) assert.equal(isBetterHigh(name), true, name);
  assert.equal(
    headlineOf({ reward: 1, text_exact: 1, text_similarity: 1 }),
    "text_similarity",
  );
  assert.deepEqual(
    figureOrder(["questions", "clock/near", "reward", "point_accuracy", "accuracy"]),
    ["accuracy", "point_accuracy", "reward", "clock/near", "questions"],
  );
});
