import assert from "node:assert/strict";
import fc from "fast-check";
import {
  coordinateTarget,
  uniformTarget,
} from "../../../pipeline/pretrain/token_targets.ts";

const tokens = Array.from({ length: 101 }, (_, i) => 500 + i);

Deno.test("a coordinate's share falls with the distance as a Gaussian of 1.5 steps", () => {
  const target = coordinateTarget(tokens, 300);
  const at = (value: number) => target.get(500 + value / 10)!;
  assert.ok(Math.abs(at(310) / at(300) - Math.exp(-0.5 / 2.25)) < 1e-12);
  assert.ok(Math.abs(at(330) / at(300) - Math.exp(-2)) < 1e-12);
  assert.equal(at(290), at(310));
  assert.equal(target.get(500 + 35), undefined); // five steps are more than three deviations
});

Deno.test("coordinateTarget() is a distribution with its peak at the nearest token", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1000, noNaN: true }), (coordinate) => {
      const target = coordinateTarget(tokens, coordinate);
      const total = [...target.values()].reduce((a, b) => a + b);
      assert.ok(Math.abs(total - 1) < 1e-9);
      const [best] = [...target].reduce((a, b) => b[1] > a[1] ? b : a);
      assert.ok(Math.abs((best - 500) * 10 - coordinate) <= 5 + 1e-9);
    }),
  );
});

Deno.test("uniformTarget() shares equally", () => {
  assert.deepEqual([...uniformTarget([7, 9])], [[7, 0.5], [9, 0.5]]);
});
