import assert from "node:assert/strict";
import fc from "fast-check";
import { lastIndex } from "../../../data/formats/last_index.ts";

Deno.test("the last element that fits is found", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(50), { minLength: 1 }),
      fc.nat(60),
      (list, most) => {
        const sorted = [...list].sort((a, b) => a - b);
        const fits = (value: number) => value <= most;
        fc.pre(fits(sorted[0]!));
        assert.equal(lastIndex(sorted, fits), sorted.findLastIndex(fits));
      },
    ),
  );
});
