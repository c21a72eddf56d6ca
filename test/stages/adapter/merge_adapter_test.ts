import assert from "node:assert/strict";
import { join } from "node:path";
import { mergeAdapter } from "../../../stages/adapter/merge_adapter.ts";
import { openModelFolder } from "../../../stages/model/folder/model_folder.ts";
import { readPeft, writePeft } from "../../../stages/adapter/peft.ts";
import { openCheckpoint } from "../../../stages/model/safetensors/checkpoint.ts";
import { openSafetensors } from "../../../stages/model/safetensors/open.ts";
import { writeSafetensors } from "../../../stages/model/safetensors/write.ts";
import { fixturePath, REFERENCE, referenceTest } from "../../support/fixtures.ts";
import { inFolder } from "../../support/in_folder.ts";

const BASE = fixturePath("qwen2_vl/tiny-untied");
const BF16 = fixturePath("qwen2_vl/tiny-untied-bf16");
const LORA = fixturePath("qwen2_vl/lora");
const names = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

const MERGED = "qwen2_vl/expected/lora_merged_projections.safetensors";

for (const lora of ["qwen2_vl/lora", "qwen2_vl/lora-newnames"]) {
  const name = `mergeAdapter() gives the reference's merged weights, from ${lora}`;
  referenceTest(name, ["qwen2_vl/tiny-untied", lora, MERGED], async () => {
    const model = fixturePath("qwen2_vl/tiny-untied", REFERENCE);
    const adapter = fixturePath(lora, REFERENCE);
    await inFolder(async (out) => {
      const { adapted, files } = await mergeAdapter({ model, adapter, out });
      assert.deepEqual(files, ["model.safetensors"]);
      assert.equal(adapted, (await readPeft(adapter)).modules.size);
      const [merged, base] = [await openCheckpoint(out), await openCheckpoint(model)];
      const reference = await openSafetensors(fixturePath(MERGED, REFERENCE));
      assert.deepEqual(merged.names, base.names);
      const changed = new Set(
        [...reference.tensors.keys()].map((name) =>
          name.replace(/(\.weight)?$/, ".weight")
        ),
      );
      for (const name of merged.names) {
        if (!changed.has(name)) {
          assert.deepEqual(
            await merged.readBytes(name),
            await base.readBytes(name),
            name,
          );
          continue;
        }
        const key = reference.tensors.has(name) ? name : name.replace(/\.weight$/, "");
        const [got, wanted] = [await merged.read(name), await reference.read(key)];
        const apart = got.reduce(
          (most, x, i) => Math.max(most, Math.abs(x - wanted[i]!)),
          0,
        );
        assert.ok(apart < 1e-6, `${name} is off by ${apart}`);
      }
      for (const file of [merged, base, reference]) file.close();
      const folder = await openModelFolder(out);
      folder.close();
    });
  });
}

Deno.test("mergeAdapter() keeps each parameter's dtype, or takes the one it is told", async () => {
  const adapter = await readPeft(LORA);
  const [module] = adapter.modules.keys();
  for (
    const [dtype, wanted] of [[undefined, "BF16"], ["f32", "F32"], [
      "f16",
      "F16",
    ]] as const
  ) {
    await inFolder(async (out) => {
      await mergeAdapter({ model: BF16, adapter: LORA, out, dtype });
      const [merged, base] = [await openCheckpoint(out), await openCheckpoint(BF16)];
      for (const name of merged.names) assert.equal(merged.dtype(name), wanted, name);
      // Half the sum is exact in 32 bits and rounded to 8 or 11 digits below.
      const digits = { BF16: 2 ** -8, F16: 2 ** -11, F32: 2 ** -23 }[wanted];
      const { a, b, inputs } = adapter.modules.get(module!)!;
      const got = await merged.read(`${module}.weight`);
      const was = await base.read(`${module}.weight`);
      got.forEach((value, at) => {
        const o = Math.floor(at / inputs), i = at % inputs;
        let sum = 0;
        for (let k = 0; k < adapter.r; k++) {
          sum += b[o * adapter.r + k]! * a[k * inputs + i]!;
        }
        const exact = was[at]! + adapter.scale * sum;
        const allowed = Math.abs(exact) * digits + 1e-7;
        assert.ok(Math.abs(value - exact) <= allowed, `${at}: ${value} for ${exact}`);
      });
      const config = JSON.parse(await Deno.readTextFile(join(out, "config.json")));
      const said = JSON.stringify(config).match(/"(torch_)?dtype":"(\w+)"/)?.[2];
      const full = { BF16: "bfloat16", F16: "float16", F32: "float32" }[wanted];
      if (dtype !== undefined) assert.equal(said, full);
      merged.close();
      base.close();
    });
  }
});

Deno.test("mergeAdapter() cuts a large model into shards with an index", async () => {
  await inFolder(async (out) => {
    const maxShardBytes = 60_000;
    const { files } = await mergeAdapter({
      model: BASE,
      adapter: LORA,
      out,
      maxShardBytes,
    });
    const count = files.length - 1;
    assert.ok(count > 2, String(files));
    const digits = (n: number) => String(n).padStart(5, "0");
    for (let i = 0; i < count; i++) {
      assert.equal(files[i], `model-${digits(i + 1)}-of-${digits(count)}.safetensors`);
      const file = await openSafetensors(join(out, files[i]!));
      const sizes = [...file.tensors.values()].map(({ begin, end }) => end - begin);
      const total = sizes.reduce((a, b) => a + b, 0);
      assert.ok(total <= maxShardBytes || sizes.length === 1, `${files[i]}: ${total}`);
      file.close();
    }
    const { metadata, weight_map } = JSON.parse(
      await Deno.readTextFile(join(out, files.at(-1)!)),
    );
    await inFolder(async (whole) => {
      await mergeAdapter({ model: BASE, adapter: LORA, out: whole });
      const [one, many] = [await openCheckpoint(whole), await openCheckpoint(out)];
      assert.deepEqual(many.names, one.names);
      assert.deepEqual(Object.keys(weight_map).sort(), one.names);
      let bytes = 0, parameters = 0;
      for (const name of one.names) {
        const data = await one.readBytes(name);
        assert.deepEqual(await many.readBytes(name), data, name);
        bytes += data.length;
        parameters += one.shape(name).reduce((a, b) => a * b, 1);
      }
      assert.deepEqual(metadata, { total_parameters: parameters, total_size: bytes });
      one.close();
      many.close();
    });
  });
});

Deno.test("mergeAdapter() refuses an adapter of another model and writes nothing", async () => {
  const adapter = await readPeft(LORA);
  const [[module, pair] = []] = adapter.modules;
  const other = (name: string, change: object = {}) => ({
    ...adapter,
    modules: new Map([[name, { ...pair!, ...change }]]),
  });
  const cases: [ReturnType<typeof other>, string, RegExp][] = [
    [
      other("model.layers.99.mlp.up_proj"),
      BASE,
      /adapts model\.layers\.99.*which .* lacks: use/,
    ],
    [
      other("lm_head"),
      fixturePath("qwen2_vl/tiny-tied"),
      /adapts lm_head, which .* lacks: its head is tied/,
    ],
    [
      other(module!, { outputs: 3, b: new Float32Array(3 * adapter.r) }),
      BASE,
      /of shape \[3,\d+\], but in .* it has \[\d+,\d+\]/,
    ],
    [
      other("model.norm", { outputs: 8, b: new Float32Array(8 * adapter.r) }),
      BASE,
      /adapts model\.norm .* it has \[\d+\]/,
    ],
  ];
  for (const [wrong, model, message] of cases) {
    await inFolder(async (folder) => {
      const out = join(folder, "out");
      await Deno.mkdir(out);
      await writePeft(join(folder, "adapter"), wrong);
      await assert.rejects(
        mergeAdapter({ model, adapter: join(folder, "adapter"), out }),
        (error: Error) => {
          assert.ok(error instanceof SyntaxError, error.stack);
          assert.match(error.message, message);
          return true;
        },
      );
      assert.deepEqual(names(out), []);
    });
  }
});

Deno.test("mergeAdapter() refuses a quantised model", async () => {
  await inFolder(async (folder) => {
    const out = join(folder, "out"), model = join(folder, "model");
    await Deno.mkdir(out);
    await Deno.mkdir(model);
    await Deno.writeTextFile(join(model, "config.json"), "{}");
    const path = join(model, "model.safetensors");
    await writeSafetensors(path, [{ name: "x", shape: [1], data: new Float32Array(1) }]);
    const bytes = await Deno.readFile(path);
    const text = new TextDecoder("latin1").decode(bytes).replace('"F32"', '"I32"');
    await Deno.writeFile(path, Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
    await assert.rejects(
      mergeAdapter({ model, adapter: LORA, out }),
      /parameter "x" has dtype I32, but .* use the model that is not quantised/,
    );
  });
});
