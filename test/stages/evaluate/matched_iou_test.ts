import assert from "node:assert/strict";
import fc from "fast-check";
import { matchedIou } from "../../../stages/evaluate/matched_iou.ts";

const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
const half = { ...box, x2: 5 };
const far = { x1: 50, y1: 50, x2: 60, y2: 60 };

Deno.test("matchedIou() pairs the best first, one to one", () => {
  assert.deepEqual(matchedIou([half, box], [box]), [1]);
  assert.deepEqual(matchedIou([half], [box, half]), [0, 1]);
  assert.deepEqual(matchedIou([far, half], [box, far]), [0.5, 1]);
});

Deno.test("matchedIou() gives a missed box 0 and nothing for nothing", () => {
  assert.deepEqual(matchedIou([], [box]), [0]);
  assert.deepEqual(matchedIou([box], []), []);
});

Deno.test("matchedIou() of the truth in any order is 1 for each box", () => {
  const corner = fc.integer({ min: 0, max: 50 });
  const boxes = fc.uniqueArray(fc.tuple(corner, corner), {
    selector: ([x, y]) => `${x},${y}`,
    maxLength: 6,
  });
  fc.assert(fc.property(boxes, (corners) => {
    const truth = corners.map(([x, y]) => ({ x1: x, y1: y, x2: x + 9, y2: y + 9 }));
    assert.deepEqual(matchedIou(truth.toReversed(), truth), truth.map(() => 1));
  }));
});
