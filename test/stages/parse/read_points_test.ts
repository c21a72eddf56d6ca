import assert from "node:assert/strict";
import fc from "fast-check";
import { readPoints } from "../../../stages/parse/read_points.ts";

Deno.test("readPoints() reads the points of every family", () => {
  const cases: [string, [number, number][]][] = [
    ['{"point_2d": [12, 34], "label": "cup"}', [[12, 34]]],
    ['```json\n[{"point_2d": [12, 34]}, {"point_2d": [5, 6]}]\n```', [[12, 34], [5, 6]]],
    ["(12, 34)", [[12, 34]]],
    ["[12, 34]", [[12, 34]]],
    ["[[12, 34], [5, 6]]", [[12, 34], [5, 6]]],
    ['{"answer": [12, 34]}', [[12, 34]]],
    ['{"points": [[12, 34], [5, 6]]}', [[12, 34], [5, 6]]],
    ['{"points": [{"point_2d": [12, 34]}, {"point": [5, 6]}]}', [[12, 34], [5, 6]]],
    ['{"answer": [1, 2, 3, 4]}', []],
    ['{"size": [12, 34]}', []],
    ["[1, 2, 3, 4]", []],
    ["(1,2),(3,4)", []],
    ["at (12, 34)", []],
    ["", []],
  ];
  for (const [content, wanted] of cases) {
    assert.deepEqual(readPoints(content).map(({ x, y }) => [x, y]), wanted, content);
  }
});

Deno.test("readPoints() reads Molmo's percentages as shares of the sides", () => {
  assert.deepEqual(readPoints('<point x="61.5" y="40.4" alt="cup">cup</point>'), [
    { x: 0.615, y: 0.40399999999999997, frame: "unit" },
  ]);
  assert.equal(readPoints('<points x1="10" y1="20" x2="30" y2="40" alt="">').length, 2);
  assert.deepEqual(readPoints('<point x="61.5">'), []);
});

Deno.test("readPoints() is total, and its numbers are finite", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    for (const { x, y } of readPoints(text)) assert.ok(Number.isFinite(x + y));
  }));
});

Deno.test("readPoints() reads no number that is too large", () => {
  const large = "9".repeat(400);
  for (const text of [`(${large}, 1)`, `<point x="${large}" y="1">`, `[${large}, 1]`]) {
    assert.deepEqual(readPoints(text), []);
  }
});
