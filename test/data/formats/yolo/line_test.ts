import assert from "node:assert/strict";
import fc from "fast-check";
import { readYoloLine } from "../../../../data/formats/yolo/line.ts";

Deno.test("four numbers are a box, more are an outline, and a box is an outline of its corners", () => {
  const share = fc.integer({ min: 0, max: 64 }).map((n) => n / 64); // exact in binary
  fc.assert(fc.property(
    fc.nat(999),
    fc.tuple(share, share, share, share),
    (number, [a, b, c, d]) => {
      const [x1, x2] = [Math.min(a, b), Math.max(a, b)];
      const [y1, y2] = [Math.min(c, d), Math.max(c, d)];
      const wanted = { number, box: { x1, y1, x2, y2 } };
      const centre = [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1];
      const corners = [x1, y2, x2, y2, x2, y1, x1, y1];
      assert.deepEqual(readYoloLine([number, ...centre].join(" "), "1.txt"), wanted);
      assert.deepEqual(readYoloLine([number, ...corners].join("\t"), "1.txt"), wanted);
    },
  ));
});

Deno.test("what is neither is refused with its place", () => {
  const faults: [string, RegExp][] = [
    ["0", /has 0 numbers behind the class/],
    ["0 1 1 1 1 1", /has 5 numbers behind the class/],
    ["0.5 0.5 0.5 0.1 0.1", /must be a class and numbers/],
    ["-1 0.5 0.5 0.1 0.1", /must be a class and numbers/],
    ["0 0.5 0.5 nan 0.1", /must be a class and numbers/],
    ["0 0.9 0.5 0.4 0.1", /reaches out of the image/],
  ];
  for (const [line, message] of faults) {
    assert.throws(() => readYoloLine(line, "1.txt, line 3"), (error: Error) => {
      assert.match(error.message, /^1\.txt, line 3 /);
      assert.match(error.message, message);
      return true;
    });
  }
});
