import assert from "node:assert/strict";
import {
  readDeltaLengths,
  readDeltas,
  readDeltaStrings,
  readHybrid,
  readPlain,
} from "../../../../data/formats/parquet/values.ts";

const at = (...bytes: number[]) => ({ bytes: Uint8Array.from(bytes), at: 0 });
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("runs and packs are read as parquet's description has them", () => {
  // Three times 2 as a run, then 0 to 7 in three bits each: the standard's own example.
  const cursor = at(3 << 1, 2, 1 << 1 | 1, 0b10001000, 0b11000110, 0b11111010);
  assert.deepEqual([...readHybrid(cursor, 3, 11)], [2, 2, 2, 0, 1, 2, 3, 4, 5, 6, 7]);
  assert.equal(cursor.at, 6);
  assert.deepEqual([...readHybrid(at(8, 1), 1, 3)], [1, 1, 1], "a run goes on");
  assert.deepEqual([...readHybrid(at(8), 0, 4)], [0, 0, 0, 0]);
  assert.deepEqual([...readHybrid(at(2, 255, 255, 255, 255), 32, 1)], [2 ** 32 - 1]);
});

Deno.test("a run of 2^30 values costs what is wanted of it", () => {
  const run = at(254, 255, 255, 255, 7, 1); // 2^30 - 1 times 1
  assert.deepEqual([...readHybrid(run, 1, 5)], [1, 1, 1, 1, 1]);
  const pack = at(255, 255, 255, 255, 15); // 2^30 groups that are not there
  assert.throws(() => readHybrid(pack, 1, 5), /in the middle of 5 packed numbers/);
  assert.throws(() => readHybrid(at(), 1, 1), /ends at byte 0/);
  assert.throws(() => readHybrid(at(0, 0, 0), 1, 1), SyntaxError, "runs of nothing");
  assert.throws(() => readHybrid(at(2, 0), 33, 1), /33 bits/);
});

Deno.test("differences are added up, and blocks cannot be made up", () => {
  // 7, 5, 3, 1, 2, 3, 4, 5: the standard's own example, in blocks of 128 in 4 parts.
  const packed = [0b11000000, 0b00111111];
  const cursor = at(128, 1, 4, 8, 14, 3, 2, 0, 0, 0, packed[0]!, packed[1]!);
  assert.deepEqual([...readDeltas(cursor, 8)], [7, 5, 3, 1, 2, 3, 4, 5]);
  assert.throws(() => readDeltas(at(128, 1, 0, 1, 0), 1), /in 0 parts/);
  assert.throws(() => readDeltas(at(255, 255, 255, 255, 7, 1, 1, 0), 1), /in 1 parts/);
  assert.throws(() => readDeltas(at(128, 1, 4, 9, 0), 8), /9 lengths are declared for 8/);
  assert.throws(() => readDeltas(at(128, 1, 4, 8, 0, 0, 99), 8), SyntaxError);
});

Deno.test("byte arrays are those that are there", () => {
  assert.deepEqual(readPlain(at(1, 0, 0, 0, 97, 0, 0, 0, 0), 2).map(text), ["a", ""]);
  assert.throws(() => readPlain(at(2, 0, 0, 0, 97), 1), /1 bytes left where 2/);
  assert.throws(() => readPlain(at(255, 255, 255, 255), 1), /where 4294967295 are/);
  assert.throws(
    () => readPlain(at(0, 0, 0, 0), 2 ** 31),
    /values are declared in 4 bytes/,
  );
  // Lengths 1 and 1; lengths 1 and −1.
  assert.deepEqual(
    readDeltaLengths(at(128, 1, 4, 2, 2, 0, 0, 0, 0, 0, 97, 98), 2).map(text),
    ["a", "b"],
  );
  assert.throws(
    () => readDeltaLengths(at(128, 1, 4, 2, 2, 3, 0, 0, 0, 0, 97, 98), 2),
    /where -1 are declared/,
  );
});

Deno.test("what byte arrays share unfolds to a limit, and no value shares what is not there", () => {
  const none = [128, 1, 4, 2, 0, 0, 0, 0, 0, 0]; // twice 0
  const ones = [128, 1, 4, 2, 2, 0, 0, 0, 0, 0]; // twice 1
  const growing = [128, 1, 4, 2, 0, 2, 0, 0, 0, 0]; // 0, 1
  const read = (shared: number[], most: number) =>
    readDeltaStrings(at(...shared, ...ones, 97, 98), 2, most).map(text);
  assert.deepEqual(read(none, 9), ["a", "b"]);
  assert.deepEqual(read(growing, 9), ["a", "ab"]);
  assert.throws(() => read(growing, 2), /unfolds to more than 2 bytes/);
  assert.throws(() => read(ones, 9), /shares 1 bytes of one of 0/);
});
