import assert from "node:assert/strict";
import fc from "fast-check";
import { filledPolygon } from "../../../../data/geometry/mask/filled_polygon.ts";
import { mergeMasks } from "../../../../data/geometry/mask/merge_masks.ts";
import { outlineLength, polygonMask } from "../../../../data/geometry/mask/polygon.ts";
import { decodeMask, maskArea, maskBounds } from "../../../../data/geometry/mask/rle.ts";
import { formatRle } from "../../../../data/geometry/mask/rle_string.ts";
import { maskCases, rowsOf } from "../../../support/mask_cases.ts";

maskCases.polygons.forEach((wanted, i) => {
  const { size, polygons } = wanted;
  Deno.test(`polygonMask() equals pycocotools on polygons ${i + 1}`, () => {
    const rle = mergeMasks(
      polygons.map((polygon) => polygonMask(polygon, size)),
      "union",
    );
    assert.equal(formatRle(rle), wanted.counts);
    assert.equal(maskArea(rle), wanted.area);
    assert.deepEqual(maskBounds(rle), wanted.bbox);
    assert.deepEqual(rowsOf(decodeMask(rle)), wanted.rows);
  });

  Deno.test(`filledPolygon() equals Pillow on polygon ${i + 1}`, () => {
    const bitmap = filledPolygon(polygons[0]!, size);
    assert.deepEqual(rowsOf(bitmap), wanted.pil_polygon_rows_of_the_first);
  });
});

Deno.test("a rectangle's outline counts for Pillow and not for COCO", () => {
  const square = [1, 1, 3, 1, 3, 3, 1, 3];
  assert.deepEqual(rowsOf(decodeMask(polygonMask(square, [4, 4]))), [
    "0000",
    "0110",
    "0110",
    "0000",
  ]);
  assert.deepEqual(rowsOf(filledPolygon(square, [4, 4])), [
    "0000",
    "0111",
    "0111",
    "0111",
  ]);
});

Deno.test("a rectangle of whole pixels has the area that it should, inside the picture", () => {
  const at = fc.integer({ min: -5, max: 25 }), length = fc.integer({ min: 1, max: 20 });
  fc.assert(fc.property(at, at, length, length, (x, y, w, h) => {
    const polygon = [x, y, x + w, y, x + w, y + h, x, y + h];
    const within = (from: number, size: number) =>
      Math.max(0, Math.min(20, from + size) - Math.max(0, from));
    const area = within(x, w) * within(y, h);
    assert.equal(maskArea(polygonMask(polygon, [20, 20])), area);
    const filled = within(x, w + 1) * within(y, h + 1);
    const pixels = filledPolygon(polygon, [20, 20]).pixels;
    assert.equal(pixels.reduce((sum, on) => sum + on, 0), filled);
  }));
});

for (
  const [what, polygon, message] of [
    ["a number that stands alone", [1, 1, 3, 1, 3], /pairs of x and y.*not 5 numbers/],
    ["no number", [], /not 0 numbers/],
    ["NaN", [1, 1, NaN, 1, 3, 3], /Number 3 .*not at NaN/],
    ["infinity", [1, 1, 2, 1, 3, -Infinity], /Number 6 .*not at -Infinity/],
    ["a corner far out", [1, 1, 2, 1e9, 3, 3], /Number 4 .*not at 1000000000/],
  ] as const
) {
  Deno.test(`a polygon is refused for ${what}`, () => {
    for (const draw of [polygonMask, filledPolygon]) {
      assert.throws(() => draw(polygon, [4, 4]), { name: "SyntaxError", message });
    }
  });
}

Deno.test("an outline that goes back and forth for ever is refused before it is traced", () => {
  const corners = Array.from({ length: 40 }, (_, i) => i % 4 < 2 ? -9e5 : 9e5);
  assert.ok(outlineLength(corners) > 2e6);
  assert.throws(() => polygonMask(corners, [10, 10]), {
    name: "SyntaxError",
    message: /^A polygon's outline may be 2000000 pixels long, not \d+$/,
  });
  assert.equal(outlineLength([0, 0, 3, 0, 3, 4]), 3 + 4 + 4);
});
