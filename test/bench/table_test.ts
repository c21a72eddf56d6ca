import assert from "node:assert/strict";
import { short, table } from "../../bench/table.ts";

Deno.test("a table's columns are as wide as their widest cell, all but the first to the right", () => {
  assert.equal(
    table([["phase", "s"], ["a", "1234"]]),
    [
      "| phase |    s |",
      "| ----- | ---: |",
      "| a     | 1234 |",
    ].join("\n"),
  );
});

Deno.test("numbers have three digits, whole ones all of theirs, and none is a dash", () => {
  assert.deepEqual([0, 7423, 123.4, 12.34, 1.234, 0.01234, 0.00001].map(short), [
    ...["0", "7423", "123", "12.3", "1.23", "0.0123", "0.0000"],
  ]);
  assert.deepEqual([undefined, NaN].map(short), ["–", "–"]);
});
