import assert from "node:assert/strict";
import fc from "fast-check";
import { openSafetensors } from "../../../../stages/model/safetensors/open.ts";
import { fixturePath } from "../../../support/fixtures.ts";

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** A file with this header (JSON, or text or bytes as they are) and data. */
function write(
  header: unknown,
  data: Uint8Array = new Uint8Array(),
  length?: bigint,
): string {
  const path = `${folder}/${crypto.randomUUID()}.safetensors`;
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const json = header instanceof Uint8Array ? header : new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  Deno.writeFileSync(path, bytes);
  return path;
}

const bytesOf = (data: ArrayBufferView<ArrayBuffer>) => new Uint8Array(data.buffer);

async function readOne(
  dtype: string,
  shape: number[],
  data: ArrayBufferView<ArrayBuffer>,
) {
  const bytes = bytesOf(data);
  const path = write({ x: { dtype, shape, data_offsets: [0, bytes.length] } }, bytes);
  const file = await openSafetensors(path);
  try {
    return [...await file.read("x")];
  } finally {
    file.close();
  }
}

Deno.test("openSafetensors() reads names, shapes, metadata and values", async () => {
  const file = await openSafetensors(
    fixturePath("qwen2_vl/tiny-untied/model.safetensors"),
  );
  try {
    assert.deepEqual(file.metadata, { format: "pt" });
    assert.deepEqual(file.tensors.get("model.norm.weight")?.shape.length, 1);
    const norm = await file.read("model.norm.weight");
    const raw = await file.readBytes("model.norm.weight");
    assert.deepEqual(bytesOf(norm), raw);
    await assert.rejects(file.read("nothing"), /RangeError.*no tensor "nothing"/);
    // Asked for at once, answered one by one.
    const names = [...file.tensors.keys()];
    const together = await Promise.all(names.map((name) => file.read(name)));
    for (const [i, name] of names.entries()) {
      assert.deepEqual(together[i], await file.read(name), name);
    }
  } finally {
    file.close();
  }
});

Deno.test("read() widens every dtype", async () => {
  assert.deepEqual(await readOne("F32", [2, 1], Float32Array.of(1.5, -0)), [1.5, -0]);
  assert.deepEqual(await readOne("F64", [1], Float64Array.of(0.1)), [Math.fround(0.1)]);
  assert.deepEqual(await readOne("BF16", [3], Uint16Array.of(0x3f80, 0xc000, 0x7f80)), [
    1,
    -2,
    Infinity,
  ]);
  assert.deepEqual(
    await readOne("F16", [5], Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0xfc00)),
    [1, -2, 2 ** -24, 65504, -Infinity],
  );
  assert.deepEqual(await readOne("U8", [2], Uint8Array.of(0, 255)), [0, 255]);
  assert.deepEqual(await readOne("I8", [2], Int8Array.of(-128, 127)), [-128, 127]);
  assert.deepEqual(await readOne("I16", [1], Int16Array.of(-300)), [-300]);
  assert.deepEqual(await readOne("U16", [1], Uint16Array.of(65535)), [65535]);
  assert.deepEqual(await readOne("I32", [1], Int32Array.of(-70000)), [-70000]);
  assert.deepEqual(await readOne("U32", [1], Uint32Array.of(2 ** 31)), [2 ** 31]);
  assert.deepEqual(await readOne("I64", [1], BigInt64Array.of(-5n)), [-5]);
  assert.deepEqual(await readOne("U64", [1], BigUint64Array.of(7n)), [7]);
  assert.deepEqual(await readOne("BOOL", [2], Uint8Array.of(1, 0)), [1, 0]);
  await assert.rejects(readOne("F8_E4M3", [1], Uint8Array.of(1)), /TypeError.*F8_E4M3/);
});

Deno.test("read() widens 16-bit tensors of odd length and of none", async () => {
  const bits = Uint16Array.from({ length: 7 }, (_, i) => 0x3f80 + i);
  const expected = [...bits].map((b) =>
    new Float32Array(Uint32Array.of(b << 16).buffer)[0]
  );
  assert.deepEqual(await readOne("BF16", [7], bits), expected);
  assert.deepEqual(await readOne("F16", [0, 4], new Uint16Array(0)), []);
});

Deno.test("a scalar has an empty shape", async () => {
  assert.deepEqual(await readOne("F32", [], Float32Array.of(3)), [3]);
});

const four = new Uint8Array(4);
const tensor = (change: object = {}) => ({
  dtype: "F32",
  shape: [1],
  data_offsets: [0, 4],
  ...change,
});

Deno.test("openSafetensors() names file, key, value and remedy of a damaged file", async () => {
  const damaged: [string, RegExp][] = [
    [write({ x: tensor() }, four, 2n ** 60n), /length is 1152921504606846976 bytes/],
    [write({ x: tensor() }, four, 2n ** 64n - 1n), /length is/],
    [write({ x: tensor() }, four, 1000n), /length is 1000 bytes, but the file has/],
    [write("{not json"), /not JSON/],
    [write('{"x":'), /not JSON/],
    [write(Uint8Array.of(0x7b, 0xff, 0x7d)), /not JSON/],
    [
      write(`{"x":{"dtype":${"[".repeat(5e5)}${"]".repeat(5e5)}}}`),
      /not JSON as the format has it \(it nests deeper than 8 levels\)/,
    ],
    [write({ ["n".repeat(1e4)]: 5 }), /tensor "n{50,60}…" is 5/],
    [write([]), /\[\], not an object/],
    [write({ x: 5 }), /tensor "x" is 5/],
    [write({ x: tensor({ dtype: "F31" }) }, four), /dtype of tensor "x" is "F31"/],
    [write({ x: tensor({ dtype: 3 }) }, four), /dtype of tensor "x" is 3/],
    [write({ x: tensor({ shape: [-1] }) }, four), /shape of tensor "x" is \[-1\]/],
    [write({ x: tensor({ shape: [0.5] }) }, four), /shape of tensor "x"/],
    [write({ x: tensor({ shape: "1" }) }, four), /shape of tensor "x"/],
    [
      write({ x: tensor({ shape: [2] }) }, four),
      /"x" has 4 bytes, but F32 of shape \[2\] takes 8/,
    ],
    [write({ x: tensor({ shape: [2 ** 52, 2 ** 52] }) }, four), /takes/],
    [
      write({ x: tensor({ data_offsets: [0, 8], shape: [2] }) }, four),
      /\[0,8\].*has 4 bytes/,
    ],
    [write({ x: tensor({ data_offsets: [4, 0] }) }, four), /\[4,0\], not \[begin, end\]/],
    [write({ x: tensor({ data_offsets: [0] }) }, four), /\[0\], not/],
    [
      write({ x: tensor({ data_offsets: [0, 2 ** 60] }) }, four),
      /data_offsets of tensor "x"/,
    ],
    [
      write({ x: tensor(), y: tensor() }, four),
      /"y" begins at byte 0 .*inside tensor "x"/,
    ],
    [write({ x: tensor({ data_offsets: [4, 8] }) }, new Uint8Array(8)), /gap/],
    [write({ x: tensor() }, new Uint8Array(6)), /tensors end at/],
    [write({ __metadata__: { a: 1 } }), /__metadata__.*"a" is 1/],
    [write({ __metadata__: [] }), /__metadata__/],
    [write({ x: null }), /tensor "x" is null/],
    [write("[".repeat(5e6)), /it nests deeper than 8 levels/],
    [
      write(`{"x":${JSON.stringify(tensor())},"x":${JSON.stringify(tensor())}}`, four),
      /the name "x" comes twice/,
    ],
    [
      write(`{"x":${JSON.stringify(tensor())},"\\u0078":1}`, four),
      /the name "\\u0078" comes twice/,
    ],
    [
      write('{"x":{"dtype":"F32","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', four),
      /the name "dtype" comes twice/,
    ],
  ];
  const empty = `${folder}/empty.safetensors`;
  Deno.writeFileSync(empty, new Uint8Array(5));
  damaged.push([empty, /it has 5 bytes/]);
  for (const [path, message] of damaged) {
    await assert.rejects(openSafetensors(path), (error: Error) => {
      assert.ok(error instanceof SyntaxError, `${message}: ${error.stack}`);
      assert.match(error.message, message);
      assert.ok(error.message.startsWith(path), error.message);
      assert.match(error.message, /fetch or write it again$/);
      return true;
    });
  }
});

Deno.test("openSafetensors() says that a file is missing", async () => {
  await assert.rejects(openSafetensors(`${folder}/none`), (error: Error) => {
    assert.ok(error instanceof Deno.errors.NotFound);
    assert.match(error.message, /There is no file .*none/);
    return true;
  });
});

Deno.test("openSafetensors() of a truncated file is an error, wherever it is cut", async () => {
  const whole = Deno.readFileSync(write({ x: tensor() }, four));
  const path = `${folder}/cut.safetensors`;
  for (let length = 0; length < whole.length; length++) {
    Deno.writeFileSync(path, whole.subarray(0, length));
    await assert.rejects(openSafetensors(path), SyntaxError, `${length} bytes`);
  }
});

const hostile = fc.oneof(
  fc.json(),
  fc.string(),
  fc.dictionary(
    fc.string(),
    fc.record({
      dtype: fc.oneof(fc.constantFrom("F32", "BF16", "U8", "I64"), fc.anything()),
      shape: fc.oneof(fc.array(fc.oneof(fc.nat(9), fc.double())), fc.anything()),
      data_offsets: fc.oneof(fc.tuple(fc.nat(40), fc.nat(40)), fc.array(fc.anything())),
    }),
  ).map((header) => JSON.stringify(header)),
);

Deno.test("openSafetensors() opens what is consistent and refuses all else with SyntaxError", async () => {
  await fc.assert(
    fc.asyncProperty(
      hostile,
      fc.nat(40),
      fc.option(fc.bigInt(0n, 2n ** 64n - 1n)),
      async (
        header,
        size,
        length,
      ) => {
        const path = write(header, new Uint8Array(size), length ?? undefined);
        try {
          const file = await openSafetensors(path);
          const total = [...file.tensors.values()].reduce(
            (n, t) => n + t.end - t.begin,
            0,
          );
          file.close();
          assert.ok(total <= size);
        } catch (error) {
          assert.ok(error instanceof SyntaxError, (error as Error).stack);
          assert.ok(error.message.length < folder.length + 600, "short enough to read");
        } finally {
          Deno.removeSync(path);
        }
      },
    ),
    { numRuns: 300 },
  );
});

/** A sound file: three tensors of different widths, names that need care, metadata. */
const SOUND = Deno.readFileSync(write(
  {
    __metadata__: { format: "pt", "a\\b": '"{[,]}"' },
    "model.norm.weight": { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] },
    'quo"te': { dtype: "BF16", shape: [4], data_offsets: [24, 32] },
    empty: { dtype: "I64", shape: [0, 7], data_offsets: [32, 32] },
    x: { dtype: "U8", shape: [5], data_offsets: [32, 37] },
  },
  Uint8Array.from({ length: 37 }, (_, i) => i),
));
const HEADER_END = 8 + Number(new DataView(SOUND.buffer).getBigUint64(0, true));

/** Pieces that damage a header where they are put over it. */
const splice = fc.constantFrom(
  ...'[]{}",:0123456789-.eE\\'.split(""),
  "1e999",
  "9007199254740993",
  "-1",
  "null",
  '"x":{},',
  '"I64"',
  '"F8_E4M3"',
  "[[[[[[[[[[",
  "\u0000",
  "",
);
const damage = fc.oneof(
  fc.record({ at: fc.nat(SOUND.length - 1), byte: fc.nat(255) }),
  fc.record({ cut: fc.nat(SOUND.length) }),
  fc.record({
    at: fc.integer({ min: 8, max: HEADER_END - 1 }),
    over: fc.nat(6),
    splice,
    mend: fc.boolean(),
  }),
  fc.record({ more: fc.uint8Array({ minLength: 1, maxLength: 9 }) }),
);

function damaged(file: Uint8Array, change: Record<string, unknown>): Uint8Array {
  const { at = 0, byte, cut, more, splice, over, mend } = change as {
    at?: number;
    byte?: number;
    cut?: number;
    more?: Uint8Array;
    splice?: string;
    over?: number;
    mend?: boolean;
  };
  if (byte !== undefined) return file.map((b, i) => i === at ? byte : b);
  if (cut !== undefined) return file.slice(0, cut);
  if (more !== undefined) return Uint8Array.from([...file, ...more]);
  const piece = new TextEncoder().encode(splice);
  const out = Uint8Array.from([
    ...file.subarray(0, at),
    ...piece,
    ...file.subarray(at + over!),
  ]);
  // With the length put right, the damage reaches the JSON and what it says.
  if (mend && out.length >= 8) {
    const length = Math.max(0, HEADER_END - 8 + piece.length - over!);
    new DataView(out.buffer).setBigUint64(0, BigInt(length), true);
  }
  return out;
}

Deno.test("a damaged copy of a sound file is read whole or refused, and never worse", async () => {
  const path = `${folder}/damaged.safetensors`;
  let refused = 0, read = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(damage, { minLength: 1, maxLength: 3 }),
      async (changes) => {
        const bytes = changes.reduce(
          (file, change) => file.length > HEADER_END ? damaged(file, change) : file,
          SOUND as Uint8Array,
        );
        Deno.writeFileSync(path, bytes);
        try {
          const file = await openSafetensors(path);
          try {
            let total = 0;
            for (const [name, { shape, begin, end }] of file.tensors) {
              const values = await file.read(name).catch((error) => {
                // A dtype that is known, but that no model is in.
                assert.ok(error instanceof TypeError, error.stack);
                assert.match(error.message, /F8_E\dM\d cannot be read/);
              });
              const length = shape.reduce((a, b) => a * b, 1);
              if (values) assert.equal(values.length, length);
              total += end - begin;
            }
            assert.ok(total <= bytes.length);
          } finally {
            file.close();
          }
          read++;
        } catch (error) {
          assert.ok(
            error instanceof SyntaxError || error instanceof RangeError,
            (error as Error).stack,
          );
          assert.ok(error.message.length < path.length + 600, error.message);
          refused++;
        }
      },
    ),
    { numRuns: 1500 },
  );
  assert.ok(refused > 100 && read > 5, `${refused} refused, ${read} read`);
});
