import assert from "node:assert/strict";
import { numberOf, readThrift } from "../../../../data/formats/parquet/thrift.ts";
import { joined } from "../../../support/made_files.ts";
import { integer, list, struct, text, varint } from "../../../support/thrift_writer.ts";

const read = (...parts: Uint8Array[]) => readThrift(joined(...parts));

Deno.test("structs come back as they were written", () => {
  const [, bytes] = struct({
    1: integer(-5, 5),
    2: text("é"),
    3: list(12, [struct({ 4: integer(2 ** 40) }), struct({})]),
    9: list(5, [integer(1, 5), integer(2, 5)]),
  });
  const { struct: found, end } = read(bytes);
  assert.equal(end, bytes.length);
  assert.equal(numberOf(found, 1), -5);
  assert.deepEqual(found.get(2), new TextEncoder().encode("é"));
  assert.deepEqual(found.get(3), [new Map([[4, 2 ** 40]]), new Map()]);
  assert.deepEqual(found.get(9), [1, 2]);
});

Deno.test("nothing is made of what is only declared", () => {
  const start = Uint8Array.of(0x19, 0xfc); // a list of structs as field 1
  assert.throws(
    () => read(start, varint(2 ** 31 - 1)),
    /a list of 2147483647 is declared/,
  );
  assert.throws(
    () => read(Uint8Array.of(0x18), varint(2 ** 31), Uint8Array.of(1)),
    /a text of 2147483648 bytes is declared where 1 are left/,
  );
  assert.throws(
    () => read(Uint8Array.of(0x16), new Uint8Array(1000).fill(255)),
    /does not end/,
  );
  assert.throws(() => read(new Uint8Array(1e6).fill(0x1c)), /more than 32 levels deep/);
  assert.throws(() => read(new Uint8Array(1e6).fill(0x19)), /levels deep|is declared/);
  assert.throws(() => read(new Uint8Array()), /ends at byte 0/);
  assert.throws(() => read(Uint8Array.of(0x1f)), /unknown type 15/);
  assert.throws(
    () => read(start, varint(2e6), new Uint8Array(2e6 + 1)),
    /more than 1000000 parts/,
  );
});
