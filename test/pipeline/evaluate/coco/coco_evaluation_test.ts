import assert from "node:assert/strict";
import fc from "fast-check";
import { cocoEvaluation } from "../../../../pipeline/evaluate/coco/coco_evaluation.ts";
import type { BoxXywh } from "../../../../data/mask/box_xywh.ts";
import type {
  CocoAnnotation,
  CocoAnnotations,
  CocoDetection,
  CocoNumbers,
} from "../../../../pipeline/evaluate/coco/records.ts";
import { almostEqual, cocoCases } from "./fixture_cases.ts";

for (const { name, expected, truth, detections, options } of cocoCases()) {
  Deno.test(`cocoEvaluation() equals pycocotools on ${name}`, () => {
    const figures = cocoEvaluation(truth, detections, options);
    assert.deepEqual(Object.keys(figures.summary), Object.keys(expected.stats));
    almostEqual(figures.summary, expected.stats, name);
    assert.equal(figures.categories.length, expected.per_category.length);
    expected.per_category.forEach((wanted, i) => {
      const { precision_at_iou50, recall_per_iou, ...numbers } = wanted;
      const got = figures.categories[i]!;
      almostEqual(got, numbers, `${name}, ${wanted.name}`);
      // The file holds every tenth of the 101 recalls.
      const curve = got.precisionAt50.filter((_, r) => r % 10 === 0);
      almostEqual(curve, precision_at_iou50, `${name}, curve of ${wanted.name}`);
      almostEqual(got.recallPerIou, recall_per_iou, `${name}, recall of ${wanted.name}`);
    });
  });
}
