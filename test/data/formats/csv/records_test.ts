import assert from "node:assert/strict";
import fc from "fast-check";
import { csvRecords } from "../../../../data/formats/csv/records.ts";

Deno.test("csvRecords() reads back what is written, with the line where each record ends", () => {
  const cell = fc.stringMatching(/^[ -~\n]{0,8}$/).filter((text) => text !== "");
  const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
    fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1 })
  );
  fc.assert(fc.property(table, fc.constantFrom(",", ";", "\t"), (rows, delimiter) => {
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const lines = rows.map((row) => row.map(quoted).join(delimiter));
    const read = csvRecords(lines.join("\n"), "x.csv", { delimiter });
    assert.deepEqual(read.map(({ cells }) => cells), rows);
    let end = 0;
    assert.deepEqual(
      read.map(({ line }) => line),
      lines.map((line) => end += line.split("\n").length),
    );
  }));
});

Deno.test("csvRecords() leaves out empty lines, and trims if it is told to", () => {
  assert.deepEqual(csvRecords("a , b\n\n c,d\n", "x.csv", { trim: true }), [
    { cells: ["a", "b"], line: 1 },
    { cells: ["c", "d"], line: 3 },
  ]);
});

Deno.test("csvRecords() names file and line of what it cannot read", () => {
  for (const text of ["a,b\nc\n", 'a,b\n"c', 'a,b\nc"d,e']) {
    assert.throws(() => csvRecords(text, "x.csv"), {
      name: "SyntaxError",
      message: /^x\.csv: .*(line \d|record)/,
    });
  }
});

Deno.test("csvRecords() stops at more cells than fit in memory", () => {
  const wide = ",".repeat(999_999) + "\n";
  assert.throws(() => csvRecords(wide.repeat(9), "x.csv"), {
    name: "RangeError",
    message: /^x\.csv, line 9: up to here are more than 8000000 cells: split the file$/,
  });
});
