import assert from "node:assert/strict";
import fc from "fast-check";
import { heaviest } from "../../../stages/policy/heaviest.ts";

Deno.test("heaviest() orders by weight, and equal weights by index", () => {
  const weights = Float64Array.of(1, 3, 2, 3, 0, 2);
  assert.deepEqual([...heaviest(weights, 4)], [1, 3, 2, 5]);
  assert.deepEqual([...heaviest(weights, 1)], [1]);
  assert.deepEqual([...heaviest(weights, 9)], [1, 3, 2, 5, 0, 4]);
});

Deno.test("heaviest() is the beginning of the sorted weights, however many are equal", () => {
  // Few values, so that most weights have an equal one.
  const weight = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.double({ min: 0, max: 1 }));
  fc.assert(fc.property(
    fc.array(weight.filter((w) => !Number.isNaN(w)), { minLength: 1, maxLength: 60 }),
    fc.integer({ min: 1, max: 70 }),
    (list, k) => {
      const weights = Float64Array.from(list);
      const sorted = Array.from(weights, (_, i) => i)
        .sort((a, b) => weights[b]! - weights[a]! || a - b);
      assert.deepEqual([...heaviest(weights, k)], sorted.slice(0, k));
    },
  ));
});
