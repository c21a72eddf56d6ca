import assert from "node:assert/strict";
import fc from "fast-check";
import { unpackLz4, unpackLz4Block } from "../../../../data/formats/parquet/lz4.ts";
import { joined } from "../../../support/made_files.ts";

/** A part of a block: bytes as they are, then a repetition. */
interface Sequence {
  readonly literals: Uint8Array;
  /** Bytes back, as a share of what is there, and how many. */
  readonly back: number;
  readonly length: number;
}

const sequences = fc.array(fc.record({
  literals: fc.uint8Array({ minLength: 1, maxLength: 600 }),
  back: fc.double({ min: 0, max: 0.999, noNaN: true }),
  length: fc.integer({ min: 4, max: 900 }),
}));

/** A length beyond its four bits. */
function more(length: number): number[] {
  if (length < 15) return [];
  return [...Array(Math.floor((length - 15) / 255)).fill(255), (length - 15) % 255];
}

/** A block as LZ4's description has it, and what it unpacks to. */
function written(list: readonly Sequence[], last: Uint8Array) {
  const packed: number[] = [], plain: number[] = [];
  for (const { literals, back, length } of list) {
    plain.push(...literals);
    const offset = 1 + Math.floor(back * Math.min(plain.length, 65_535));
    const [first, second] = [literals.length, length - 4];
    packed.push(Math.min(first, 15) * 16 + Math.min(second, 15), ...more(first));
    packed.push(...literals, offset & 255, offset >> 8, ...more(second));
    for (let i = 0; i < length; i++) plain.push(plain[plain.length - offset]!);
  }
  packed.push(Math.min(last.length, 15) * 16, ...more(last.length), ...last);
  return {
    packed: Uint8Array.from(packed),
    plain: Uint8Array.from([...plain, ...last]),
  };
}

const block = fc.tuple(sequences, fc.uint8Array({ minLength: 1, maxLength: 40 }))
  .map(([list, last]) => written(list, last));

function size32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

Deno.test("blocks are unpacked as they were packed, bare and behind their sizes", () => {
  fc.assert(fc.property(fc.array(block, { maxLength: 4 }), (blocks) => {
    const framed = joined(
      ...blocks.flatMap((
        { packed, plain },
      ) => [size32(plain.length), size32(packed.length), packed]),
    );
    const plain = joined(...blocks.map(({ plain }) => plain));
    assert.deepEqual(unpackLz4(framed, plain.length), new Uint8Array(plain));
    for (const one of blocks) {
      assert.deepEqual(unpackLz4Block(one.packed, one.plain.length), one.plain);
      assert.deepEqual(unpackLz4(one.packed, one.plain.length), one.plain);
    }
  }));
});

Deno.test("pages without a byte are pages without a byte", () => {
  for (const packed of [new Uint8Array(), Uint8Array.of(0), new Uint8Array(8)]) {
    assert.equal(unpackLz4(packed, 0).length, 0);
  }
});

Deno.test("a block that ends early or has another size is refused, not filled up", () => {
  fc.assert(fc.property(block, fc.nat(), ({ packed, plain }, at) => {
    if (plain.length === 0) return;
    const cut = packed.subarray(0, at % packed.length);
    assert.throws(() => unpackLz4(cut, plain.length), SyntaxError);
    assert.throws(() => unpackLz4Block(packed, plain.length + 1), SyntaxError);
    assert.throws(() => unpackLz4Block(packed, plain.length - 1), SyntaxError);
  }));
});
