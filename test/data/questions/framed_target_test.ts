import assert from "node:assert/strict";
import fc from "fast-check";
import {
  boxesOf,
  hasBoxes,
  targetPerMille,
} from "../../../data/questions/framed_target.ts";
import type { Target } from "../../../data/questions/question.ts";
import { anyTarget } from "../../support/detections.ts";

const box = { x1: 64, y1: 32, x2: 129, y2: 96 };
const pixels = { kind: "pixels", width: 512, height: 256 } as const;
const region = { x1: 125, y1: 125, x2: 251.953125, y2: 375 };

Deno.test("targetPerMille() moves the boxes of every kind, unrounded", () => {
  const detection = { kind: "detection", category: "cup" } as const;
  assert.deepEqual(targetPerMille({ ...detection, boxes: [box] }, pixels), {
    ...detection,
    boxes: [region],
  });
  for (const kind of ["grounding", "point"] as const) {
    assert.deepEqual(targetPerMille({ kind, box }, pixels), { kind, box: region });
  }
  const mask = { size: [1, 1], counts: [0, 1] } as const;
  assert.deepEqual(targetPerMille({ kind: "point", box, mask }, pixels), {
    ...{ kind: "point", mask },
    box: region,
  });
});

Deno.test("targetPerMille() leaves targets as they are that count per mille or have no boxes", () => {
  fc.assert(fc.property(anyTarget, (target) => {
    assert.deepEqual(targetPerMille(target, { kind: "per mille" }), target);
    if (!hasBoxes(target)) assert.deepEqual(targetPerMille(target, pixels), target);
  }));
});

Deno.test("boxesOf() has the boxes of every kind", () => {
  const boxes = (target: Target) => boxesOf(target).length;
  assert.equal(boxes({ kind: "detection", category: "cup", boxes: [box, box] }), 2);
  assert.equal(boxes({ kind: "grounding", box }), 1);
  assert.equal(boxes({ kind: "point", box }), 1);
  for (
    const target of [
      { kind: "detection", category: "cup", boxes: [] },
      { kind: "classification", label: "cup" },
      { kind: "number", value: 3 },
      { kind: "text", text: "a" },
      { kind: "choice", choice: "A" },
      { kind: "own", name: "clock", truth: { box } },
    ] as const
  ) {
    assert.equal(boxes(target), 0, target.kind);
    assert.equal(hasBoxes(target), false);
  }
});
