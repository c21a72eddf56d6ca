import assert from "node:assert/strict";
import { mean, standardDeviation } from "../../data/statistics.ts";

Deno.test("standardDeviation() divides by n − 1", () => {
  assert.equal(standardDeviation([1, 3]), Math.SQRT2);
  assert.equal(standardDeviation([2, 4, 4, 4, 6]), Math.SQRT2);
});

Deno.test("standardDeviation() of equal values is exactly 0", () => {
  const tenths = new Array(10).fill(0.1);
  assert.notEqual(mean(tenths), 0.1); // their mean is rounded
  assert.equal(standardDeviation(tenths), 0);
  assert.equal(standardDeviation([7]), 0);
  assert.equal(standardDeviation([]), 0);
});
