import assert from "node:assert/strict";
import fc from "fast-check";
import { spreadChoice } from "../../../pipeline/report/spread_choice.ts";

Deno.test("spreadChoice() takes both ends and the middle", () => {
  assert.deepEqual(spreadChoice(5, 3), [0, 2, 4]);
  assert.deepEqual(spreadChoice(1, 3), [0]);
  assert.deepEqual(spreadChoice(9, 1), [0]);
  assert.deepEqual(spreadChoice(3, 0), []);
  assert.deepEqual(spreadChoice(0, 3), []);
});

Deno.test("spreadChoice() rises, and never leaves a gap twice as wide as another", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 500 }), fc.integer({ min: 2, max: 60 }), (
      size,
      most,
    ) => {
      const places = spreadChoice(size, most);
      assert.equal(places.length, Math.min(size, most));
      assert.equal(places[0], 0);
      assert.equal(places.at(-1), size - 1);
      const gaps = places.slice(1).map((place, i) => place - places[i]!);
      assert.ok(Math.min(...gaps) >= 1);
      assert.ok(Math.max(...gaps) - Math.min(...gaps) <= 1);
    }),
  );
});
