import assert from "node:assert/strict";
import fc from "fast-check";
import { mergeMasks } from "../../../../data/geometry/mask/merge_masks.ts";
import { decodeMask, encodeMask } from "../../../../data/geometry/mask/rle.ts";
import { formatRle, parseRle } from "../../../../data/geometry/mask/rle_string.ts";
import { referenceTest } from "../../../support/fixtures.ts";
import { bitmaps, loosely, maskCases, MASKS } from "../../../support/mask_cases.ts";

referenceTest("mergeMasks() equals pycocotools", [MASKS], () => {
  const rles = maskCases.mask_iou[0]!.rles;
  for (const merge of maskCases.merge_of_the_mask_iou_rles) {
    const masks = merge.inputs.map((i) => parseRle(rles[i]!.size, rles[i]!.counts));
    assert.equal(formatRle(mergeMasks(masks, "union")), merge.union_counts);
    assert.equal(formatRle(mergeMasks(masks, "intersection")), merge.intersection_counts);
  }
});

Deno.test("mergeMasks() is or, or and, of every pixel", () => {
  fc.assert(fc.property(bitmaps(3), (parts) => {
    const masks = parts.map((bitmap, i) =>
      i === 1 ? loosely(bitmap) : encodeMask(bitmap)
    );
    const sums = Array.from(
      parts[0]!.pixels,
      (_, i) => parts.reduce((sum, { pixels }) => sum + pixels[i]!, 0),
    );
    const union = mergeMasks(masks, "union");
    assert.deepEqual([...decodeMask(union).pixels], sums.map((on) => Number(on > 0)));
    assert.deepEqual(union, encodeMask(decodeMask(union)), "no run is cut in two");
    const all = mergeMasks(masks, "intersection");
    assert.deepEqual([...decodeMask(all).pixels], sums.map((on) => Number(on === 3)));
  }));
});

Deno.test("mergeMasks() refuses nothing at all, and masks of two sizes", () => {
  assert.throws(() => mergeMasks([], "union"), RangeError);
  const masks = [{ size: [2, 2], counts: [4] }, { size: [2, 3], counts: [6] }] as const;
  assert.throws(() => mergeMasks(masks, "union"), /2 x 2 and 2 x 3/);
});
