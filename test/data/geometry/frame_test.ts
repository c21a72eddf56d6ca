import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Box,
  iou,
  type PixelBox,
  type UnitBox,
} from "../../../data/geometry/box.ts";
import {
  type CoordinateFrame,
  frameOfModel,
  fromPerMille,
  PER_MILLE,
  toPerMille,
} from "../../../data/geometry/frame.ts";

const side = fc.integer({ min: 1, max: 10_000 });
const frame: fc.Arbitrary<CoordinateFrame> = fc.oneof(
  fc.constant(PER_MILLE),
  fc.constant({ kind: "unit" } as const),
  fc.record({ kind: fc.constant("pixels" as const), width: side, height: side }),
);
const corner = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const box: fc.Arbitrary<Box> = fc.record({
  x1: corner,
  y1: corner,
  x2: corner,
  y2: corner,
});

function near(a: Box, b: Box): boolean {
  return (["x1", "y1", "x2", "y2"] as const)
    .every((key) => Math.abs(a[key] - b[key]) <= 1e-9 * Math.max(1, Math.abs(b[key])));
}

Deno.test("toPerMille() leads out of each frame", () => {
  const half = { x1: 0, y1: 0.25, x2: 0.5, y2: 1 };
  const expected = { x1: 0, y1: 250, x2: 500, y2: 1000 };
  assert.deepEqual(toPerMille(half, { kind: "unit" }), expected);
  const pixels = { x1: 0, y1: 7, x2: 42, y2: 28 };
  const seen = { kind: "pixels", width: 84, height: 28 } as const;
  assert.deepEqual(toPerMille(pixels, seen), expected);
  assert.deepEqual(toPerMille(expected, PER_MILLE), expected);
  assert.deepEqual(fromPerMille(expected, seen), pixels);
  assert.deepEqual(fromPerMille(expected, { kind: "unit" }), half);
});

Deno.test("from the frame 0–1000 into any other and back is where one came from", () => {
  fc.assert(fc.property(box, frame, (box, frame) => {
    const back = toPerMille(fromPerMille(box, frame), frame);
    assert.ok(near(back, box), `${JSON.stringify(back)} in ${JSON.stringify(frame)}`);
  }));
});

Deno.test("overlap is the same in every frame", () => {
  const tidy = fc.tuple(fc.nat(900), fc.nat(900), fc.integer({ min: 1, max: 100 }))
    .map(([x, y, size]): Box => ({ x1: x, y1: y, x2: x + size, y2: y + size }));
  fc.assert(fc.property(tidy, tidy, frame, (a, b, frame) => {
    const there = iou(fromPerMille(a, frame), fromPerMille(b, frame));
    assert.ok(Math.abs(there - iou(a, b)) < 1e-9, `${there}`);
  }));
});

Deno.test("a frame of pixels without a picture's size is refused", () => {
  const empty = { kind: "pixels", width: 0, height: 10 } as const;
  const box = { x1: 0, y1: 0, x2: 1, y2: 1 };
  assert.throws(() => toPerMille(box, empty), {
    name: "RangeError",
    message: /size of its image, not 0 x 10/,
  });
  assert.throws(() => fromPerMille(box, { ...empty, width: NaN }), RangeError);
});

Deno.test("families of models have their frames", () => {
  assert.equal(frameOfModel("qwen2_vl"), "per mille");
  assert.equal(frameOfModel("qwen2_5_vl"), "pixels");
  assert.equal(frameOfModel("llava"), undefined);
});

Deno.test("the type checker keeps boxes of different frames apart", () => {
  const numbers = { x1: 0, y1: 0, x2: 1, y2: 1 };
  const permille: Box = numbers, pixels: PixelBox = numbers, unit: UnitBox = numbers;
  // @ts-expect-error Pixels are not per mille.
  const one: Box = pixels;
  // @ts-expect-error Nor are shares pixels.
  const two: PixelBox = unit;
  // @ts-expect-error Boxes of two frames share no area.
  iou(permille, pixels);
  // @ts-expect-error Pixels need the size of their picture.
  toPerMille(pixels, PER_MILLE);
  assert.deepEqual(one, two); // at run time a box is its four numbers
});
