import assert from "node:assert/strict";
import { segmentationMask } from "../../../../stages/evaluate/coco/segmentation_mask.ts";
import { referenceTest } from "../../../support/fixtures.ts";
import { maskCases, MASKS } from "../../../support/mask_cases.ts";
import { formatRle } from "../../../../data/geometry/mask/rle_string.ts";

referenceTest("segmentationMask() unites polygons as pycocotools does", [MASKS], () => {
  for (const { size, polygons, counts } of maskCases.polygons) {
    assert.equal(formatRle(segmentationMask(polygons, size)), counts);
  }
});

referenceTest("segmentationMask() reads run lengths in both writings", [MASKS], () => {
  for (const { size, counts, counts_uncompressed } of maskCases.masks) {
    const wanted = { size, counts: counts_uncompressed };
    assert.deepEqual(segmentationMask({ size, counts }, [1, 1]), wanted);
    assert.deepEqual(segmentationMask(wanted, [1, 1]), wanted);
  }
});

Deno.test("segmentationMask() takes four numbers for a box, as pycocotools", () => {
  const box = segmentationMask([[1, 1, 2, 2]], [4, 4]);
  assert.deepEqual(box, segmentationMask([[1, 1, 1, 3, 3, 3, 3, 1]], [4, 4]));
  assert.deepEqual(box.counts, [5, 2, 2, 2, 5]);
});

Deno.test("segmentationMask() refuses no polygon at all", () => {
  assert.throws(() => segmentationMask([], [4, 4]), { name: "SyntaxError" });
});
