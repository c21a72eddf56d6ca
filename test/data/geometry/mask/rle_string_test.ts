import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeMask, maskArea, pixelCount } from "../../../../data/geometry/mask/rle.ts";
import { formatRle, parseRle } from "../../../../data/geometry/mask/rle_string.ts";
import { bitmaps, maskCases } from "../../../support/mask_cases.ts";

for (const { name, size, counts, counts_uncompressed } of maskCases.masks) {
  Deno.test(`compressed masks equal pycocotools' on ${name}`, () => {
    assert.equal(formatRle({ size, counts: counts_uncompressed }), counts);
    assert.deepEqual(parseRle(size, counts), { size, counts: counts_uncompressed });
    assert.deepEqual(parseRle(size, counts_uncompressed).counts, counts_uncompressed);
  });
}

Deno.test("parseRle() reads what formatRle() writes", () => {
  fc.assert(fc.property(bitmaps(1), ([bitmap]) => {
    const rle = encodeMask(bitmap!);
    assert.deepEqual(parseRle(rle.size, formatRle(rle)), rle);
  }));
});

Deno.test("parseRle() reads runs as long as a mask may be", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 2 ** 28 }), {
      minLength: 1,
      maxLength: 7,
    }),
    (counts) => {
      const size = [1, counts.reduce((sum, run) => sum + run, 0)] as const;
      assert.deepEqual(parseRle(size, formatRle({ size, counts })).counts, counts);
    },
  ));
});

for (
  const [what, counts, message] of [
    ["a number that breaks off", "1o", /breaks off at its end, after 2 characters/],
    ["a character that stands for no number", "1 2", /at character 2, " "/],
    ["a number without end", "oooooooooooo", /at character 8, "o"/],
    ["a negative run", "O", /a run of -1 pixels of 4 at character 1, "O"/],
    ["a run longer than the mask", "5", /a run of 5 pixels of 4 at character 1, "5"/],
    ["too few pixels", "12", /add up to 3, not 4/],
    ["too many pixels", "133", /add up to 7, not 4/],
    ["no run", "", /add up to 0, not 4/],
    ["a negative number", [-1, 5], /Run length 1 .* not -1/],
    ["half a pixel", [1, 0.5, 2.5], /Run length 2 .* not 0.5/],
    ["NaN", [4, NaN], /Run length 2 .* not NaN/],
  ] as const
) {
  Deno.test(`parseRle() refuses ${what}`, () => {
    assert.throws(() => parseRle([2, 2], counts), { name: "SyntaxError", message });
  });
}

Deno.test("parseRle() gives a sound mask or a SyntaxError, whatever the text", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({
      unit: fc.integer({ min: 48, max: 111 }).map((c) => String.fromCharCode(c)),
    }),
    fc.array(fc.double()),
  );
  const size = fc.tuple(fc.nat(40), fc.nat(40));
  fc.assert(
    fc.property(size, text, (size, counts) => {
      let rle;
      try {
        rle = parseRle(size, counts);
      } catch (error) {
        assert.ok(error instanceof SyntaxError, `${error}`);
        return;
      }
      assert.equal(rle.counts.reduce((sum, run) => sum + run, 0), pixelCount(size));
      assert.ok(maskArea(rle) <= pixelCount(size));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("parseRle() refuses an impossible size", () => {
  for (const size of [[-1, 4], [2, NaN], [0.5, 2], [1e9, 1e9]] as const) {
    assert.throws(() => parseRle(size, "4"), RangeError);
  }
});
