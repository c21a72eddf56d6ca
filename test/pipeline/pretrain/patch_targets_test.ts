import assert from "node:assert/strict";
import { patchTargets } from "../../../pipeline/pretrain/patch_targets.ts";

// Two cells along a side: centres at 250 and 750.
const box = { x1: 100, y1: 100, x2: 400, y2: 700 };

Deno.test("a cell has the class, the offsets and the box of the object around its centre", () => {
  const targets = patchTargets([[], [{ label: 3, box }]], 2, 80);
  assert.deepEqual([...targets.labels], [80, 80, 80, 80, 3, 80, 80, 80]);
  assert.deepEqual([...targets.boxWeights], [0, 0, 0, 0, 1, 0, 0, 0]);
  // left, top, right, bottom of (250, 250): 150, 150, 150, 450 in units of 300
  assert.deepEqual([...targets.offsets.slice(16, 20)], [0.5, 0.5, 0.5, 1.5]);
  assert.deepEqual(
    [...targets.boxes.slice(16, 20)],
    [...Float32Array.of(0.1, 0.1, 0.4, 0.7)],
  );
  assert.ok(targets.labelWeights[0]! < targets.labelWeights[4]!);
});

Deno.test("of two objects around a centre, the nearer one counts", () => {
  const near = { x1: 200, y1: 200, x2: 320, y2: 300 };
  const { labels } = patchTargets([[{ label: 3, box }, { label: 5, box: near }]], 2, 80);
  assert.equal(labels[0], 5);
});
