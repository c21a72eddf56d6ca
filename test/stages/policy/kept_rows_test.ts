import assert from "node:assert/strict";
import fc from "fast-check";
import { keptRows } from "../../../stages/policy/kept_rows.ts";

Deno.test("keptRows() drops ended rows once half have ended", () => {
  assert.deepEqual(keptRows([1, 3], 4, false), [1, 3]);
  assert.deepEqual(keptRows([0], 1, false), undefined);
  assert.deepEqual(keptRows([0, 1, 3], 4, false), undefined);
});

Deno.test("keptRows() keeps quarters of many rows where shapes are to be few", () => {
  const rows = [5, 70];
  assert.deepEqual(keptRows(rows, 72, true), [
    5,
    70,
    ...Array(5).keys(),
    ...range(6, 17),
  ]);
  assert.deepEqual(keptRows([0], 63, true), undefined);
  assert.deepEqual(keptRows([...Array(19).keys()], 72, true), undefined);
});

Deno.test("keptRows() keeps all rows that go on, first and in order, and none twice", () => {
  const some = fc.integer({ min: 1, max: 300 }).chain((rows) =>
    fc.record({
      rows: fc.constant(rows),
      goOn: fc.subarray([...Array(rows).keys()], { minLength: 1 }),
      isFewShapes: fc.boolean(),
    })
  );
  fc.assert(fc.property(some, ({ rows, goOn, isFewShapes }) => {
    const kept = keptRows(goOn, rows, isFewShapes);
    if (kept === undefined) return;
    assert.deepEqual(kept.slice(0, goOn.length), goOn);
    assert.equal(new Set(kept).size, kept.length);
    assert.ok(kept.length <= rows / 2 && kept.every((row) => row >= 0 && row < rows));
  }));
});

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}
