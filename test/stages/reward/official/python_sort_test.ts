import assert from "node:assert/strict";
import fc from "fast-check";
import { sortedDescending } from "../../../../stages/reward/official/python_sort.ts";

Deno.test("sortedDescending() keeps the order of equals", () => {
  const items = [[1, "a"], [2, "b"], [1, "c"], [2, "d"]] as const;
  const names = sortedDescending(items, ([key]) => key).map(([, name]) => name);
  assert.deepEqual(names, ["b", "d", "a", "c"]);
});

Deno.test("sortedDescending() puts NaN where CPython 3.11 does", () => {
  // python3 -c 'n = float("nan"); print(sorted([…], reverse=True))'
  const sorted = (...keys: number[]) => sortedDescending(keys, (key) => key);
  assert.deepEqual(sorted(NaN, 1), [NaN, 1]);
  assert.deepEqual(sorted(1, NaN, 2), [1, NaN, 2]);
  assert.deepEqual(sorted(1, 2, NaN), [2, 1, NaN]);
  assert.deepEqual(sorted(0.5, NaN, 0.2, 0.9, NaN, 0.7), [0.5, NaN, 0.9, 0.2, NaN, 0.7]);
  assert.deepEqual(sorted(NaN, 3, 1, 2, -Infinity), [NaN, 3, 2, 1, -Infinity]);
});

Deno.test("sortedDescending() sorts as any stable sort where nothing is NaN", () => {
  fc.assert(fc.property(fc.array(fc.double({ noNaN: true })), (keys) => {
    const sorted = sortedDescending(keys, (key) => key);
    assert.equal(sorted.length, keys.length);
    sorted.slice(1).forEach((key, i) => assert.ok(key <= sorted[i]!));
  }));
});
