import assert from "node:assert/strict";
import { iou } from "../../../../stages/reward/paper/iou.ts";
import { detectionTarget, stating } from "../../../support/detections.ts";

const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
const far = { x1: 50, y1: 50, x2: 60, y2: 60 };
const nine = { x1: 0, y1: 0, x2: 10, y2: 9 };

Deno.test("paper iou is the mean over stated boxes", () => {
  assert.equal(iou(stating([{ box: nine }]), detectionTarget([box])), 0.9);
  assert.equal(iou(stating([{ box: nine }, { box: far }]), detectionTarget([box])), 0.45);
});

Deno.test("paper iou does not miss what is not stated", () => {
  assert.equal(iou(stating([{ box }]), detectionTarget([box, far])), 1);
  assert.equal(iou(stating([]), detectionTarget([])), 0);
});
