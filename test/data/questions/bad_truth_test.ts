import assert from "node:assert/strict";
import fc from "fast-check";
import {
  BadTruth,
  checkBoxes,
  checkSize,
  checkUnits,
} from "../../../data/questions/bad_truth.ts";

const region = (x1: number, y1: number, x2: number, y2: number) =>
  ({ kind: "grounding", box: { x1, y1, x2, y2 } }) as const;

Deno.test("boxes may reach past the image by half a percent or a pixel, and no further", () => {
  checkBoxes(region(-5, 0, 1005, 1000), "x");
  checkBoxes(region(0, 0, 1020, 1000), "x", { width: 50, height: 500 });
  assert.throws(
    () => checkBoxes(region(0, 0, 1020, 1000), "x", { width: 500, height: 500 }),
    {
      name: "SyntaxError",
      message: /^x: box 1 ends at 102 % of the width: clip it/,
    },
  );
  assert.throws(() => checkBoxes(region(0, -9, 10, 10), "x"), BadTruth);
  checkBoxes({ kind: "number", value: 1e9 }, "x");
});

Deno.test("a scaled copy is told from a turned image and from another one", () => {
  const size = fc.record({
    width: fc.integer({ min: 40, max: 4000 }),
    height: fc.integer({ min: 40, max: 4000 }),
  }, { noNullPrototype: true });
  fc.assert(
    fc.property(size, fc.double({ min: 0.3, max: 3, noNaN: true }), (real, scale) => {
      const stated = {
        width: Math.round(real.width * scale),
        height: Math.round(real.height * scale),
      };
      const isSame = stated.width === real.width && stated.height === real.height;
      assert.equal(checkSize(stated, real, "x"), !isSame);
      const turned = { width: real.height, height: real.width };
      const ratio = real.width / real.height;
      if (ratio < 0.8 || ratio > 1.25) {
        assert.throws(
          () => checkSize(turned, real, "x"),
          /turned by its EXIF orientation/,
        );
        assert.throws(
          () => checkSize({ width: real.width * 3, height: real.height }, real, "x"),
          BadTruth,
        );
      }
    }),
  );
});

Deno.test("shares of the sides are told from pixels by all of a file's boxes", () => {
  const box = (x1: number, y1: number, x2: number, y2: number) => ({ x1, y1, x2, y2 });
  const check = (...boxes: ReturnType<typeof box>[]) =>
    checkUnits(boxes, "x", "write frame=unit");
  assert.throws(
    () => check(box(0.1, 0.2, 0.5, 1)),
    /x: all 1 boxes lie within 0 to 1.*frame=unit/,
  );
  check(box(0.1, 0.2, 0.5, 1), box(3, 4, 5, 6));
  check(box(0, 0, 1, 1)); // one pixel
  check();
});
