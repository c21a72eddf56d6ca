import assert from "node:assert/strict";
import { scoreTable } from "../../pipeline/cli/score_table.ts";
import {
  type ResultsScore,
  scorePredictions,
} from "../../pipeline/evaluate/predictions/score_predictions.ts";

const FOLDER = "test/fixtures/cases/19_predictions";

/** Scores a results file against annotations. */
async function score(results: string, truth = "gt_id1"): Promise<ResultsScore> {
  return await scorePredictions({
    predictions: `${FOLDER}/${results}`,
    annotations: `${FOLDER}/${truth}.json`,
  }) as ResultsScore;
}

/** AP, AP50, AP75 and AR100 as pycocotools 2.0.11 prints them, to four places. */
const PYCOCOTOOLS: [results: string, truth: string, figures: number[]][] = [
  ["perfect.json", "gt_id1", [1, 1, 1, 1]],
  ["perfect.json", "gt_id0", [0.4422, 0.4422, 0.4422, 0.6667]],
  ["wrong_cat.json", "gt_id1", [0, 0, 0, 0]],
  ["xyxy.json", "gt_id1", [0.3337, 1, 0, 0.3333]],
];

Deno.test("results are worth what pycocotools says", async () => {
  for (const [results, truth, expected] of PYCOCOTOOLS) {
    const { AP, AP50, AP75, AR100 } = (await score(results, truth)).bbox!
      .summary as unknown as Record<string, number>;
    const figures = [AP, AP50, AP75, AR100].map((x) => Number(x!.toFixed(4)));
    assert.deepEqual(figures, expected, `${results} against ${truth}`);
  }
});

Deno.test("an annotation with the id 0 is told, and so are unknown categories", async () => {
  const zero = await score("perfect.json", "gt_id0");
  assert.equal(zero.hasIdZero, true);
  assert.match(scoreTable(zero), /id is 0 counts as never found, as in pycocotools/);
  const sound = await score("perfect.json");
  assert.equal("hasIdZero" in sound, false);
  assert.doesNotMatch(scoreTable(sound), /never found/);
  const strange = await score("wrong_cat.json");
  assert.equal(strange.unknownCategories, 3);
  assert.match(scoreTable(strange), /3 of 3 detections are of categories/);
});

Deno.test("no detection at all is worth nothing, and is no fault", async () => {
  assert.equal((await score("empty.json")).bbox!.summary.AP, 0);
});

Deno.test("what pycocotools stumbles over is refused by file and place", async () => {
  const cases: [results: string, truth: string, message: RegExp][] = [
    [
      "dict.json",
      "gt_id1",
      /dict\.json: it is an object; give the list "annotations" in it/,
    ],
    [
      "perfect.jsonl",
      "gt_id1",
      /perfect\.jsonl: it has a detection a line; write one JSON/,
    ],
    ["nan.json", "gt_id1", /nan\.json is not JSON \(JSON has no NaN and no Infinity\)/],
    ["no_score.json", "gt_id1", /no_score\.json: \[0\]\.score is missing/],
    ["string_score.json", "gt_id1", /\[0\]\.score must be a finite number: it is "0\.9"/],
    [
      "string_ids.json",
      "gt_id1",
      /\[0\]\.image_id must be a whole number: it is "0{12}"/,
    ],
    [
      "wrong_image.json",
      "gt_id1",
      /\[0\]\.image_id must be the id of an annotated image/,
    ],
    ["empty_bbox.json", "gt_id1", /\[0\] has neither bbox nor segmentation/],
    [
      "perfect.json",
      "gt_dup_ids",
      /gt_dup_ids\.json: The annotations list annotation 1 twice/,
    ],
    [
      "perfect.json",
      "gt_no_area",
      /gt_no_area\.json: \.annotations\[0\]\.area is missing/,
    ],
  ];
  for (const [results, truth, message] of cases) {
    await assert.rejects(() => score(results, truth), { message }, results);
  }
});
