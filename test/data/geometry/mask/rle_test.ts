import assert from "node:assert/strict";
import fc from "fast-check";
import {
  decodeMask,
  encodeMask,
  maskArea,
  maskBounds,
} from "../../../../data/geometry/mask/rle.ts";
import {
  bitmapOf,
  bitmaps,
  loosely,
  maskCases,
  rowsOf,
} from "../../../support/mask_cases.ts";

for (const { name, size, rows, counts_uncompressed, area, bbox } of maskCases.masks) {
  Deno.test(`masks equal pycocotools' on ${name}`, () => {
    const rle = encodeMask(bitmapOf(rows, size));
    assert.deepEqual(rle, { size, counts: counts_uncompressed });
    assert.deepEqual(rowsOf(decodeMask(rle)), rows);
    assert.equal(maskArea(rle), area);
    assert.deepEqual(maskBounds(rle), bbox);
  });
}

Deno.test("encodeMask() goes down the columns, off first", () => {
  const square = { height: 2, width: 2 };
  assert.deepEqual(encodeMask({ ...square, pixels: [1, 0, 1, 0] }).counts, [0, 2, 2]);
  assert.deepEqual(encodeMask({ ...square, pixels: [0, 255, 0, 0] }).counts, [2, 1, 1]);
});

Deno.test("decodeMask() gives back what encodeMask() was given", () => {
  fc.assert(fc.property(bitmaps(1), ([bitmap]) => {
    const { height, width, pixels } = decodeMask(encodeMask(bitmap!));
    assert.deepEqual({ height, width, pixels: [...pixels] }, bitmap);
  }));
});

Deno.test("area and bounds are those of the pixels, whatever way the runs are written", () => {
  fc.assert(fc.property(bitmaps(1), ([bitmap]) => {
    const { width, pixels } = bitmap!;
    const on = Array.from(pixels).flatMap((pixel, i) =>
      pixel ? [[i % width, Math.floor(i / width)] as const] : []
    );
    const xs = on.map(([x]) => x), ys = on.map(([, y]) => y);
    const bounds = on.length === 0 ? [0, 0, 0, 0] : [
      Math.min(...xs),
      Math.min(...ys),
      Math.max(...xs) - Math.min(...xs) + 1,
      Math.max(...ys) - Math.min(...ys) + 1,
    ];
    for (const rle of [encodeMask(bitmap!), loosely(bitmap!)]) {
      assert.equal(maskArea(rle), on.length);
      assert.deepEqual(maskBounds(rle), bounds);
    }
  }));
});

Deno.test("a bitmap must have the pixels that its sides say", () => {
  assert.throws(
    () => encodeMask({ height: 2, width: 3, pixels: [0] }),
    { name: "RangeError", message: /2 x 3 needs 6 pixels, not 1/ },
  );
  assert.throws(
    () => encodeMask({ height: 1.5, width: 2, pixels: [0, 0, 0] }),
    RangeError,
  );
  assert.throws(() => decodeMask({ size: [1e6, 1e6], counts: [1e12] }), /too large/);
});
