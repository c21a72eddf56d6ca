import assert from "node:assert/strict";
import fc from "fast-check";
import type { Target } from "../../../../data/questions/question.ts";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import { pointHit } from "../../../../stages/reward/kinds/point_hit.ts";

const box = { x1: 100, y1: 200, x2: 300, y2: 600 };
const target: Target = { kind: "point", box };
const earned = (content: string, of: Target = target) =>
  pointHit(parseAnswer(`<answer>${content}</answer>`), of);

Deno.test("pointHit() pays one point in the box, its edges included", () => {
  for (const right of ["(200,300)", "[100, 200]", '{"point_2d": [300, 600]}']) {
    assert.equal(earned(right), 1, right);
  }
  for (
    const wrong of [
      ...["(99,300)", "(200,601)", "[[200, 300], [200, 301]]", "", "here", "(1e309,1)"],
      "[100, 200, 300, 600]",
    ]
  ) assert.equal(earned(wrong), 0, wrong);
  assert.equal(earned("(200,300)", { kind: "grounding", box }), 0);
});

Deno.test("pointHit() pays where the mask is on, to the far edge", () => {
  // Two columns of an image, of which the right one is meant.
  const mask = { size: [2, 2], counts: [2, 2] } as const;
  const whole = { x1: 0, y1: 0, x2: 1000, y2: 1000 };
  const right: Target = { kind: "point", box: whole, mask };
  assert.deepEqual(
    ["(499,10)", "(500,10)", "(1000,1000)", "(1001,10)"].map((c) => earned(c, right)),
    [0, 1, 1, 0],
  );
});

Deno.test("pointHit() agrees with the box for any point", () => {
  const whole = fc.integer({ min: -1100, max: 1100 });
  fc.assert(fc.property(whole, whole, (x, y) => {
    const inside = x >= 100 && x <= 300 && y >= 200 && y <= 600;
    assert.equal(earned(`(${x},${y})`), Number(inside));
    assert.equal(earned(`[[${x}, ${y}], [${y}, ${x}]]`), 0);
  }));
});
