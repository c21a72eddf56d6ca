import assert from "node:assert/strict";
import { cocoMatches } from "../../../../stages/evaluate/coco/coco_matches.ts";
import { cocoCases } from "../../../support/coco_cases.ts";

for (const { name, expected, truth, detections, options } of cocoCases()) {
  Deno.test(`cocoMatches() equals pycocotools on ${name}`, () => {
    const got = cocoMatches(truth, detections, options).map((cell) => ({
      image_id: cell.image_id,
      category_id: cell.category_id,
      // pycocotools numbers detections from 1, and writes 0 for none.
      dt_ids: cell.detections.map(({ place }) => place + 1),
      gt_ids: cell.truths.map(({ id }) => id),
      dt_matches_iou50: cell.detections.map(({ found }) => found ?? 0),
      gt_matches_iou50: cell.truths.map(({ foundBy }) =>
        foundBy === null ? 0 : foundBy + 1
      ),
      dt_ignore_iou50: cell.detections.map(({ ignored }) => ignored),
      gt_ignore: cell.truths.map(({ ignored }) => ignored),
    }));
    assert.deepEqual(got, expected.eval_imgs);
  });
}
