import assert from "node:assert/strict";
import fc from "fast-check";
import { type Nested, nestedRows } from "../../../../data/formats/parquet/nested.ts";

type Level = [repetition: number, definition: number, value: number | null];

/**
 * The levels of a value as parquet's description has them. Every list may be null, so one takes two
 * definition levels; values may be null too.
 */
function levelsOf(value: Nested<number>, depth: number, most: number): Level[] {
  const walk = (value: Nested<number>, at: number, repetition: number): Level[] => {
    if (at === most) {
      return [[repetition, 2 * most + Number(value !== null), value as number]];
    }
    const list = value as readonly Nested<number>[] | null;
    if (list === null) return [[repetition, 2 * at, null]];
    if (list.length === 0) return [[repetition, 2 * at + 1, null]];
    return list.flatMap((one, i) => walk(one, at + 1, i === 0 ? repetition : at + 1));
  };
  return walk(value, depth, 0);
}

function nested(depth: number): fc.Arbitrary<Nested<number>> {
  const one = depth === 0 ? fc.nat(9) : fc.array(nested(depth - 1), { maxLength: 3 });
  return fc.option(one as fc.Arbitrary<Nested<number>>, { freq: 5 });
}

Deno.test("rows of lists in lists come back as their levels were written", () => {
  for (const depth of [0, 1, 2, 3]) {
    const lists = Array.from({ length: depth }, (_, i) => 2 * i + 2);
    fc.assert(fc.property(fc.array(nested(depth), { maxLength: 6 }), (written) => {
      const { add, rows } = nestedRows<number>(lists);
      for (const row of written) {
        for (const level of levelsOf(row, 0, depth)) add(...level);
      }
      assert.deepEqual(rows, written);
    }));
  }
});

Deno.test("a list that goes on without a beginning is refused", () => {
  const { add } = nestedRows<number>([2]);
  assert.throws(() => add(1, 3, 7), /did not begin/);
  add(0, 1, null);
  assert.throws(() => add(1, 3, 7), /did not begin/);
  assert.throws(() => add(9, 3, 7), /did not begin/);
});
