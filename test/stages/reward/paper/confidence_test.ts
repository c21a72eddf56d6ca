import assert from "node:assert/strict";
import { confidence } from "../../../../stages/reward/paper/confidence.ts";
import { detectionTarget, stating } from "../../../support/detections.ts";

const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
const far = { x1: 50, y1: 50, x2: 60, y2: 60 };
const target = detectionTarget([box]);

Deno.test("paper confidence pays belief in a found box and doubt in a missed one", () => {
  assert.equal(confidence(stating([{ box, confidence: 0.9 }]), target), 0.9);
  assert.equal(confidence(stating([{ box: far, confidence: 0.2 }]), target), 0.8);
  const both = [{ box, confidence: 0.75 }, { box: far, confidence: 0.5 }];
  assert.equal(confidence(stating(both), target), 0.625);
});

Deno.test("paper confidence takes none for 0 and clamps the rest", () => {
  assert.equal(confidence(stating([{ box }]), target), 0);
  assert.equal(confidence(stating([{ box: far, confidence: -5 }]), target), 1);
  assert.equal(confidence(stating([]), target), 0);
});
