import assert from "node:assert/strict";
import { type Body, columnValues } from "../../../../data/formats/arrow/column_values.ts";
import {
  type Column,
  type Field,
  LIST,
  UTF8,
} from "../../../../data/formats/arrow/messages.ts";

/** A column whose buffers lie one behind the other, and the body that they lie in. */
function inBody(...buffers: Uint8Array[]) {
  let end = 0;
  const regions = buffers.map(({ length }) => ({ start: end, end: end += length }));
  const bytes = new Uint8Array(buffers.flatMap((buffer) => [...buffer]));
  const body: Body = {
    region: ({ start, end }) => Promise.resolve(bytes.slice(start, end)),
    fault: (reason) => new SyntaxError(reason),
  };
  return { regions, body };
}

const int32 = (...values: number[]) => new Uint8Array(Int32Array.from(values).buffer);
const doubles = (...values: number[]) => new Uint8Array(Float64Array.from(values).buffer);
const FLOATS: Field = {
  ...{ name: "item", type: 3, children: [] },
  number: { bits: 64, kind: "float" },
};
const LISTS: Field = { name: "solution", type: LIST, children: [FLOATS] };

function lists(offsets: number[], numbers: number[], valid = 0b101, length = 3) {
  const { regions, body } = inBody(
    Uint8Array.of(valid),
    int32(...offsets),
    doubles(...numbers),
  );
  const column: Column = {
    ...{ field: LISTS, length, nulls: 1, buffers: regions.slice(0, 2) },
    children: [{
      ...{ field: FLOATS, length: numbers.length, nulls: 0, children: [] },
      buffers: [{ start: 0, end: 0 }, regions[2]!],
    }],
  };
  return columnValues(column, body);
}

Deno.test("lists of numbers are read, and null where they are not there", async () => {
  assert.deepEqual(await lists([0, 2, 2, 2], [1.5, 2]), [[1.5, 2], null, []]);
});

Deno.test("lists outside of their elements, and numbers that JSON has not, are refused", async () => {
  await assert.rejects(lists([0, 3, 3, 3], [1, 2]), /value 1 .* ends at 3 of 2/);
  await assert.rejects(lists([0, 2, 1, 2], [1, 2]), /value 2 .* ends at 1 of 2/);
  await assert.rejects(lists([0, 1, 1, 1], [NaN]), /the number NaN, which is not read/);
});

Deno.test("no memory is taken for what a column only declares", async () => {
  const { regions, body } = inBody(Uint8Array.of(1), int32(0, 1), new Uint8Array(8));
  const column = (field: Field): Column => ({
    ...{ field, length: 2 ** 50, nulls: 0, buffers: regions, children: [] },
  });
  await assert.rejects(columnValues(column(FLOATS), body), /bytes for \d+ numbers/);
  const text: Field = { name: "problem", type: UTF8, children: [] };
  await assert.rejects(columnValues(column(text), body), /has 8 bytes for \d+ rows/);
});
