import assert from "node:assert/strict";
import fc from "fast-check";
import { openSafetensors } from "../../../../stages/model/safetensors/open.ts";
import {
  type TensorEntry,
  writeSafetensors,
} from "../../../../stages/model/safetensors/write.ts";
import { fixturePath, REFERENCE, referenceTest } from "../../../support/fixtures.ts";

const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

async function readAll(path: string): Promise<TensorEntry[]> {
  const file = await openSafetensors(path);
  try {
    const entries = [];
    for (const [name, { shape }] of file.tensors) {
      entries.push({ name, shape, data: await file.read(name) });
    }
    return entries;
  } finally {
    file.close();
  }
}

for (
  const [name, dtype] of [["tiny-untied", "f32"], ["tiny-untied-bf16", "bf16"]] as const
) {
  const path = `qwen2_vl/${name}/model.safetensors`;
  referenceTest(
    `writeSafetensors() gives back ${name} byte for byte`,
    [path],
    async () => {
      const original = fixturePath(path, REFERENCE);
      const copy = `${folder}/${name}.safetensors`;
      const entries = await readAll(original);
      await writeSafetensors(copy, entries.reverse(), { format: "pt" }, dtype);
      assert.deepEqual(Deno.readFileSync(copy), Deno.readFileSync(original));
    },
  );
}

const FULL = "qwen2_vl/tiny-untied/model.safetensors";
const HALF = "qwen2_vl/tiny-untied-bf16/model.safetensors";

referenceTest("writeSafetensors() rounds the reference's weights to its bf16 file", [
  FULL,
  HALF,
], async () => {
  const copy = `${folder}/rounded.safetensors`;
  const entries = await readAll(fixturePath(FULL, REFERENCE));
  await writeSafetensors(copy, entries, { format: "pt" }, "bf16");
  const reference = fixturePath(HALF, REFERENCE);
  assert.deepEqual(Deno.readFileSync(copy), Deno.readFileSync(reference));
});

async function roundTrip(data: Float32Array, dtype: "f32" | "f16" | "bf16") {
  const path = `${folder}/round.safetensors`;
  await writeSafetensors(path, [{ name: "x", shape: [data.length], data }], {}, dtype);
  return [...(await readAll(path))[0]!.data];
}

Deno.test("writeSafetensors() rounds halves to the nearest, ties to even", async () => {
  const ulp = 2 ** -10; // of halves in [1, 2)
  const cases = [
    [1 + ulp / 2, 1],
    [1 + 3 * ulp / 2, 1 + 2 * ulp],
    [1 + ulp / 2 + 2 ** -23, 1 + ulp],
    [65519, 65504],
    [65520, Infinity],
    [-65520, -Infinity],
    [2 ** -24, 2 ** -24], // the smallest subnormal
    [2 ** -25, 0],
    [2 ** -25 * 1.0001, 2 ** -24],
    [3 * 2 ** -25, 2 ** -23],
    [-0, -0],
    [2 ** -14 - 2 ** -25, 2 ** -14], // from subnormal up to normal
    [NaN, NaN],
  ];
  assert.deepEqual(
    await roundTrip(Float32Array.from(cases, ([x]) => x!), "f16"),
    cases.map(([, y]) => y),
  );
});

Deno.test("writeSafetensors() rounds bfloat16 to the nearest, ties to even", async () => {
  const ulp = 2 ** -7;
  const cases = [
    [1 + ulp / 2, 1],
    [1 + 3 * ulp / 2, 1 + 2 * ulp],
    [1 + ulp / 2 + 2 ** -23, 1 + ulp],
    [-(1 + 3 * ulp / 2), -(1 + 2 * ulp)],
    [3.4028234663852886e38, Infinity],
    [-Infinity, -Infinity],
    [NaN, NaN],
    [-0, -0],
  ];
  assert.deepEqual(
    await roundTrip(Float32Array.from(cases, ([x]) => x!), "bf16"),
    cases.map(([, y]) => y),
  );
  // A NaN whose set bits all lie in the lower half stays one.
  const low = new Float32Array(Uint32Array.of(0x7f800001, 0xff80ffff).buffer);
  assert.deepEqual(await roundTrip(low, "bf16"), [NaN, NaN]);
});

Deno.test("what is written is read again, and lies at multiples of eight", async () => {
  const entry = fc.record({
    name: fc.string().filter((name) => name !== "__metadata__"),
    data: fc.float32Array({ maxLength: 12 }),
  });
  const entries = fc.uniqueArray(entry, { selector: ({ name }) => name });
  await fc.assert(fc.asyncProperty(entries, async (list) => {
    const path = `${folder}/any.safetensors`;
    await writeSafetensors(path, list.map((e) => ({ ...e, shape: [e.data.length, 1] })));
    const read = await readAll(path);
    assert.deepEqual(
      new Map(read.map(({ name, data }) => [name, [...data]])),
      new Map(list.map(({ name, data }) => [name, [...data]])),
    );
    const length = new DataView(Deno.readFileSync(path).buffer).getBigUint64(0, true);
    assert.equal(length % 8n, 0n);
  }));
});

Deno.test("writeSafetensors() refuses what does not fit, and leaves the old file alone", async () => {
  const path = `${folder}/old.safetensors`;
  const good = { name: "x", shape: [1], data: Float32Array.of(1) };
  await writeSafetensors(path, [good]);
  const old = Deno.readFileSync(path);
  await assert.rejects(
    writeSafetensors(path, [{ ...good, shape: [2, 3] }]),
    /RangeError.*"x" of shape \[2,3\] needs 6 values and has 1/,
  );
  await assert.rejects(writeSafetensors(path, [good, good]), /"x".*taken/);
  await assert.rejects(
    writeSafetensors(path, [{ ...good, name: "__metadata__" }]),
    RangeError,
  );
  assert.deepEqual(Deno.readFileSync(path), old);
  await assert.rejects(writeSafetensors(`${folder}/none/x.safetensors`, [good]));
  const left = [...Deno.readDirSync(folder)].map(({ name }) => name);
  assert.deepEqual(left.filter((name) => name.endsWith(".tmp")), []);
});

Deno.test("writeSafetensors() writes a view's own values", async () => {
  const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  for (const dtype of ["f32", "f16", "bf16"] as const) {
    assert.deepEqual(await roundTrip(data, dtype), [2, 3]);
  }
});
