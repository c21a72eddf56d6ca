import assert from "node:assert/strict";
import fc from "fast-check";
import { matchBoxes } from "../../../../stages/reward/criteria/match.ts";
import { detection, trueBoxes } from "../../../support/detections.ts";

const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
const near = { x1: 0, y1: 0, x2: 10, y2: 9 };
const far = { x1: 50, y1: 50, x2: 60, y2: 60 };

Deno.test("matchBoxes() lets the surest choose first, and the best of what is free", () => {
  const matches = matchBoxes([
    { box: near, confidence: 0.5 },
    { box, confidence: 0.4 },
    { box: far, confidence: 0.9 },
  ], [box, near]);
  assert.deepEqual(matches, [
    { predicted: far, confidence: 0.9, iou: 0 },
    { predicted: near, confidence: 0.5, target: near, iou: 1 },
    { predicted: box, confidence: 0.4, target: box, iou: 1 },
  ]);
});

Deno.test("matchBoxes() finds nothing at an IoU of exactly one half", () => {
  const half = { x1: 0, y1: 0, x2: 10, y2: 5 };
  assert.equal(matchBoxes([{ box: half }], [box])[0]!.target, undefined);
  const more = { x1: 0, y1: 0, x2: 10, y2: 5.05 };
  assert.equal(matchBoxes([{ box: more }], [box])[0]!.iou, 0.505);
  assert.equal(matchBoxes([{ box: half }], [box], 0.4)[0]!.iou, 0.5);
});

Deno.test("matchBoxes() gives each of two equal true boxes to one prediction", () => {
  const ious = matchBoxes([{ box }, { box }, { box }], [box, box]).map(({ iou }) => iou);
  assert.deepEqual(ious, [1, 1, 0]);
});

Deno.test("matchBoxes() clamps confidences, and takes none or NaN for no belief", () => {
  const of = (confidence?: number) =>
    matchBoxes([{ box, confidence }], [])[0]!.confidence;
  assert.deepEqual([1.8, -5, NaN, undefined, 0.3].map(of), [1, 0, 0, 0, 0.3]);
});

Deno.test("matchBoxes() pairs one to one, above the threshold, in descending confidence", () => {
  fc.assert(fc.property(fc.array(detection), trueBoxes, (detections, targets) => {
    const matches = matchBoxes(detections, targets);
    assert.equal(matches.length, detections.length);
    const found = matches.filter(({ target }) => target !== undefined);
    assert.ok(found.length <= targets.length);
    assert.ok(found.every(({ iou, target }) => iou > 0.5 && targets.includes(target!)));
    matches.slice(1).forEach((match, i) =>
      assert.ok(match.confidence <= matches[i]!.confidence)
    );
  }));
});
