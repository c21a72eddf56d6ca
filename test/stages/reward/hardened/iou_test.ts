import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import { iou } from "../../../../stages/reward/hardened/iou.ts";
import {
  detection,
  detectionTarget,
  stating,
  trueBoxes,
} from "../../../support/detections.ts";

const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
const nine = { x1: 0, y1: 0, x2: 10, y2: 9 };
const far = { x1: 50, y1: 50, x2: 60, y2: 60 };

Deno.test("hardened iou divides by the larger of stated and true boxes", () => {
  assert.equal(iou(stating([{ box: nine }]), detectionTarget([box])), 0.9);
  assert.equal(iou(stating([{ box }, { box: far }]), detectionTarget([box])), 0.5);
  assert.equal(iou(stating([{ box }]), detectionTarget([box, far])), 0.5);
});

Deno.test("hardened iou wants 'No Objects' where there are none", () => {
  const absent = detectionTarget([]);
  assert.equal(iou(stating([]), absent), 1);
  assert.equal(iou(stating([{ box, confidence: 0 }]), absent), 0);
  for (const content of ["", "[0]", "No Objects, or a cat", "cat"]) {
    assert.equal(iou(parseAnswer(`<answer>${content}</answer>`), absent), 0, content);
  }
  assert.equal(iou(stating([]), detectionTarget([box])), 0);
});

Deno.test("hardened iou pays for no trick", () => {
  const target = detectionTarget([box]);
  const inverted = { x1: 10, y1: 10, x2: 0, y2: 0 };
  assert.equal(iou(stating([{ box: inverted }]), target), 0);
  assert.equal(iou(stating(new Array(10).fill({ box })), target), 0.1);
  const whole = { x1: 0, y1: 0, x2: 1000, y2: 1000 };
  assert.equal(iou(stating([{ box: whole }]), target), 0);
});

Deno.test("hardened iou never rises with a box that finds nothing", () => {
  fc.assert(fc.property(fc.array(detection), trueBoxes, (detections, boxes) => {
    const target = detectionTarget(boxes);
    const junk = { box: { x1: 500, y1: 500, x2: 600, y2: 600 }, confidence: 0 };
    const before = iou(stating(detections), target);
    assert.ok(iou(stating([...detections, junk]), target) <= before);
  }));
});
