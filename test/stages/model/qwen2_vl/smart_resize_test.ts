import assert from "node:assert/strict";
import fc from "fast-check";
import { smartResize } from "../../../../stages/model/qwen2_vl/smart_resize.ts";
import { readFixture, REFERENCE, referenceTest } from "../../../support/fixtures.ts";

interface Case {
  readonly height: number;
  readonly width: number;
  readonly min_pixels: number;
  readonly max_pixels: number;
  readonly resized: readonly [number, number] | null;
}

const TABLE = "qwen2_vl/expected/processing.json";
const SIZES = "qwen2_vl/tiny-untied/preprocessor_config.json";

referenceTest(
  "smartResize() equals the reference on its whole table",
  [TABLE, SIZES],
  () => {
    const { smart_resize } = readFixture<{ smart_resize: Case[] }>(TABLE, REFERENCE);
    const { patch_size, merge_size } = readFixture<Record<string, number>>(
      SIZES,
      REFERENCE,
    );
    assert.ok(smart_resize.length > 0);
    for (const { height, width, min_pixels, max_pixels, resized } of smart_resize) {
      const call = () =>
        smartResize(height, width, patch_size! * merge_size!, min_pixels, max_pixels);
      if (resized === null) assert.throws(call, RangeError, `${height} x ${width}`);
      else assert.deepEqual(Object.values(call()), resized, `${height} x ${width}`);
    }
  },
);

Deno.test("smartResize() rounds halves to even", () => {
  assert.deepEqual(smartResize(42, 70, 28, 1, 1e6), { height: 56, width: 56 });
  assert.deepEqual(smartResize(98, 126, 28, 1, 1e6), { height: 112, width: 112 });
});

Deno.test("smartResize() refuses what is over 200 times as long as wide, and nothing", () => {
  assert.throws(() => smartResize(1, 201, 28, 1, 1e6), /201 x 1.*200.*crop/);
  assert.throws(() => smartResize(0, 0, 28, 1, 1e6), RangeError);
});

Deno.test("smartResize() keeps to multiples and the area where shapes allow it", () => {
  const side = fc.integer({ min: 56, max: 4000 });
  fc.assert(fc.property(side, side, fc.integer({ min: 4, max: 40 }), (h, w, factor) => {
    fc.pre(Math.max(h, w) / Math.min(h, w) < 10);
    const [low, high] = [16 * factor ** 2, 400 * factor ** 2];
    const { height, width } = smartResize(h, w, factor, low, high);
    assert.ok(height % factor === 0 && width % factor === 0);
    assert.ok(height * width >= low && height * width <= high);
  }));
});
