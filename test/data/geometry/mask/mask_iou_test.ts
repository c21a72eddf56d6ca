import assert from "node:assert/strict";
import fc from "fast-check";
import { boxIou } from "../../../../data/geometry/mask/box_xywh.ts";
import { maskIou } from "../../../../data/geometry/mask/mask_iou.ts";
import { encodeMask, maskArea } from "../../../../data/geometry/mask/rle.ts";
import { parseRle } from "../../../../data/geometry/mask/rle_string.ts";
import { bitmaps, loosely, maskCases } from "../../../support/mask_cases.ts";

for (const { rles, iscrowd, iou_dt_rows_gt_columns } of maskCases.mask_iou) {
  Deno.test(`maskIou() equals pycocotools, ${iscrowd ? "with" : "without"} crowds`, () => {
    const masks = rles.map(({ size, counts }) => parseRle(size, counts));
    assert.deepEqual(
      masks.map((a) => masks.map((b) => maskIou(a, b, iscrowd === 1))),
      iou_dt_rows_gt_columns,
    );
  });
}

for (const { boxes_xywh, iscrowd, iou_dt_rows_gt_columns } of maskCases.box_iou) {
  Deno.test(`boxIou() equals pycocotools, ${iscrowd ? "with" : "without"} crowds`, () => {
    assert.deepEqual(
      boxes_xywh.map((a) => boxes_xywh.map((b) => boxIou(a, b, iscrowd === 1))),
      iou_dt_rows_gt_columns,
    );
  });
}

Deno.test("maskIou() counts pixels, is symmetric and in [0, 1]", () => {
  fc.assert(fc.property(bitmaps(2), ([a, b]) => {
    const both = Array.from(a!.pixels, (pixel, i) => pixel + b!.pixels[i]!);
    const shared = both.filter((on) => on === 2).length;
    const either = both.filter((on) => on > 0).length;
    const one = encodeMask(a!), other = loosely(b!);
    assert.equal(maskIou(one, other), shared === 0 ? 0 : shared / either);
    assert.equal(maskIou(other, one), maskIou(one, other));
    assert.equal(maskIou(one, other, true), shared === 0 ? 0 : shared / maskArea(one));
  }));
});

Deno.test("boxIou() is symmetric and in [0, 1], and a crowd takes at least as much", () => {
  const side = fc.integer({ min: 0, max: 80 }).map((quarters) => quarters / 4);
  const box = fc.tuple(side, side, side, side);
  fc.assert(fc.property(box, box, (a, b) => {
    const value = boxIou(a, b);
    assert.ok(value >= 0 && value <= 1, `${value}`);
    assert.equal(boxIou(b, a), value);
    assert.equal(boxIou(a, a), a[2] * a[3] > 0 ? 1 : 0);
    assert.ok(boxIou(a, b, true) >= value);
  }));
});

Deno.test("boxIou() is a number for boxes too small to have an area", () => {
  const speck = [0, 0, 5e-324, 5e-324] as const;
  assert.equal(boxIou(speck, speck), 0);
});

Deno.test("maskIou() refuses masks of two sizes", () => {
  assert.throws(
    () => maskIou({ size: [2, 2], counts: [4] }, { size: [1, 4], counts: [4] }),
    { name: "RangeError", message: /2 x 2 and 1 x 4/ },
  );
});
