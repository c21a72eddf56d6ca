import assert from "node:assert/strict";
import { cut } from "../../../data/short_text.ts";
import {
  figureOrder,
  figureTitle,
  headlineOf,
} from "../../../pipeline/page/figure_name.ts";
import { shown, shownChange } from "../../../pipeline/page/shown.ts";

Deno.test("figures have three digits, tiny and huge ones an exponent", () => {
  assert.deepEqual(
    [0.4126, -2, 0, 0.00012345, 3e7, NaN, undefined].map((value) => shown(value)),
    ["0.413", "−2.000", "0.000", "1.23e-4", "3e7", "–", "–"],
  );
  assert.equal(shown(64, 0), "64");
});

Deno.test("changes have a sign, and none where nothing is seen of them", () => {
  assert.deepEqual([0.12, -0.003, 0.0001, 0].map((value) => shownChange(value)), [
    ...["+0.120", "−0.003", "±0", "±0"],
  ]);
});

Deno.test("figures that say most stand first, counts last", () => {
  const names = ["questions", "own", "reward", "map", "not_asked", "map"];
  assert.deepEqual(figureOrder(names), [
    "map",
    "reward",
    "own",
    "questions",
    "not_asked",
  ]);
  assert.equal(headlineOf({ questions: 1, reward: 1, accuracy: 1 }), "accuracy");
  assert.equal(headlineOf({}), undefined);
  assert.deepEqual(["map", "mean_iou", "own_figure"].map(figureTitle), [
    ...["mAP", "Mean IoU", "Own figure"],
  ]);
});

Deno.test("cut() leaves no half of a character", () => {
  assert.equal(cut("ab😀cd", 4), "ab…");
  assert.equal(cut("abcd", 4), "abcd");
});
