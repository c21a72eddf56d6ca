import assert from "node:assert/strict";
import fc from "fast-check";
import { boxMask } from "../../../../data/geometry/mask/box_mask.ts";
import { maskArea, maskBounds } from "../../../../data/geometry/mask/rle.ts";

const box = (x1: number, y1: number, x2: number, y2: number) => ({ x1, y1, x2, y2 });

Deno.test("boxMask() takes the pixels nearest to the corners and all between", () => {
  assert.deepEqual(maskBounds(boxMask(box(1, 2, 3, 5), [9, 9])), [1, 2, 3, 4]);
  assert.deepEqual(maskBounds(boxMask(box(0.6, 1.9, 3.4, 5), [9, 9])), [1, 2, 3, 4]);
  assert.deepEqual(boxMask(box(0, 0, 4, 3), [3, 4]).counts, [0, 12]);
});

Deno.test("boxMask() is empty where a box has no area, or lies outside", () => {
  const nowhere = [
    ...[box(2, 2, 2, 3), box(3, 3, 2, 4), box(2, 4, 3, 3), box(9, 0, 12, 3)],
    ...[box(-5, 0, -1, 3), box(NaN, 0, 3, 3), box(0, 0, 3, NaN)],
  ];
  for (const one of nowhere) assert.deepEqual(boxMask(one, [4, 5]).counts, [20]);
});

Deno.test("boxMask() stays inside of the picture, whatever the box", () => {
  fc.assert(fc.property(
    ...[fc.double(), fc.double(), fc.double(), fc.double()] as const,
    fc.integer({ min: 1, max: 30 }),
    (x1, y1, x2, y2, side) => {
      const mask = boxMask(box(x1, y1, x2, y2), [side, 7]);
      assert.equal(mask.counts.reduce((sum, run) => sum + run, 0), side * 7);
      const [, , width, height] = maskBounds(mask);
      assert.equal(maskArea(mask), width * height);
    },
  ));
  const all = boxMask(box(-Infinity, -1e300, 1e300, Infinity), [3, 4]);
  assert.deepEqual(all.counts, [0, 12]);
});
