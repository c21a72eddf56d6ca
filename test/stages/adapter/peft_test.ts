import assert from "node:assert/strict";
import { readPeft, writePeft } from "../../../stages/adapter/peft.ts";
import { openSafetensors } from "../../../stages/model/safetensors/open.ts";
import { writeSafetensors } from "../../../stages/model/safetensors/write.ts";
import {
  fixturePath,
  readFixture,
  REFERENCE,
  referenceTest,
} from "../../support/fixtures.ts";
import { inFolder } from "../../support/in_folder.ts";

type Json = Record<string, unknown>;
const adapter = await readPeft(fixturePath("qwen2_vl/lora"));

const LORA = "qwen2_vl/lora", NEWER = "qwen2_vl/lora-newnames";
const VALUES = "qwen2_vl/expected/lora.json";
const MERGED = "qwen2_vl/expected/lora_merged_projections.safetensors";
const WEIGHTS = "qwen2_vl/tiny-untied/model.safetensors";
const readReference = (folder: string) => readPeft(fixturePath(folder, REFERENCE));

referenceTest("readPeft() reads rank, scale, targets and matrices", [
  LORA,
  VALUES,
], async () => {
  const adapter = await readReference(LORA);
  const reference = readFixture<
    { r: number; alpha: number; scale: number; target_modules: string[] }
  >(VALUES, REFERENCE);
  assert.equal(adapter.r, reference.r);
  assert.equal(adapter.alpha, reference.alpha);
  assert.equal(adapter.scale, reference.scale);
  assert.deepEqual(adapter.targetModules, [...reference.target_modules].sort());
  const targets = [...adapter.modules.keys()].map((name) => name.split(".").at(-1)!);
  assert.deepEqual([...new Set(targets)].sort(), adapter.targetModules);
  for (const { a, b, inputs, outputs } of adapter.modules.values()) {
    assert.equal(a.length, adapter.r * inputs);
    assert.equal(b.length, outputs * adapter.r);
  }
});

Deno.test("readPeft() names modules as published checkpoints do", () => {
  assert.ok(adapter.modules.has("model.layers.0.self_attn.q_proj"));
});

referenceTest("readPeft() reads the same adapter under the newer names", [
  LORA,
  NEWER,
], async () => {
  assert.deepEqual(await readReference(NEWER), await readReference(LORA));
});

referenceTest("W + scale · B A is the reference's merged weight", [
  LORA,
  MERGED,
  WEIGHTS,
], async () => {
  const adapter = await readReference(LORA);
  const merged = await openSafetensors(fixturePath(MERGED, REFERENCE));
  const base = await openSafetensors(fixturePath(WEIGHTS, REFERENCE));
  try {
    const { r, scale } = adapter;
    assert.ok(merged.tensors.size > 0);
    for (const name of merged.tensors.keys()) {
      const weight = name.endsWith(".weight") ? name : `${name}.weight`;
      const { a, b, inputs, outputs } = adapter.modules.get(weight.slice(0, -7))!;
      const [w, expected] = [await base.read(weight), await merged.read(name)];
      for (let o = 0; o < outputs; o++) {
        for (let i = 0; i < inputs; i++) {
          let sum = 0;
          for (let k = 0; k < r; k++) sum += b[o * r + k]! * a[k * inputs + i]!;
          const value = w[o * inputs + i]! + scale * sum;
          assert.ok(
            Math.abs(value - expected[o * inputs + i]!) < 1e-5,
            `${name} ${o} ${i}`,
          );
        }
      }
    }
  } finally {
    merged.close();
    base.close();
  }
});

for (
  const [folder, naming] of [["lora", "published"], ["lora-newnames", "newer"]] as const
) {
  const name = `writePeft() gives back ${folder}, its weights byte for byte`;
  referenceTest(name, [LORA, `qwen2_vl/${folder}`], async () => {
    const adapter = await readReference(LORA);
    await inFolder(async (out) => {
      const reference = readFixture<Json>(
        `qwen2_vl/${folder}/adapter_config.json`,
        REFERENCE,
      );
      const baseModel = String(reference.base_model_name_or_path);
      await writePeft(out, adapter, { naming, baseModel });
      const weights = "adapter_model.safetensors";
      assert.deepEqual(
        Deno.readFileSync(`${out}/${weights}`),
        Deno.readFileSync(fixturePath(`qwen2_vl/${folder}/${weights}`, REFERENCE)),
      );
      const written: Json = JSON.parse(
        Deno.readTextFileSync(`${out}/adapter_config.json`),
      );
      for (const [key, value] of Object.entries(written)) {
        const wanted = reference[key];
        // A set, which PEFT writes in any order.
        const isSet = key === "target_modules" && Array.isArray(wanted);
        assert.deepEqual(value, isSet ? wanted.toSorted() : wanted, key);
      }
      assert.deepEqual(await readPeft(out), adapter);
    });
  });
}

Deno.test("writePeft() keeps a rank-stabilised scale", async () => {
  await inFolder(async (out) => {
    const stable = { ...adapter, scale: adapter.alpha / Math.sqrt(adapter.r) };
    await writePeft(out, stable);
    assert.equal((await readPeft(out)).scale, stable.scale);
  });
});

Deno.test("readPeft() names what it does not support or cannot read", async () => {
  const config = readFixture<Json>("qwen2_vl/lora/adapter_config.json");
  const one = (name: string, shape: number[]) => ({
    name,
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  });
  const key = "base_model.model.model.layers.0.mlp.up_proj";
  const good = [one(`${key}.lora_A.weight`, [4, 8]), one(`${key}.lora_B.weight`, [6, 4])];
  const wrong: [Json, ReturnType<typeof one>[], RegExp][] = [
    [{ peft_type: "IA3" }, good, /adapter_config\.json: \.peft_type/],
    [{ use_dora: true }, good, /use_dora/],
    [{ bias: "all" }, good, /bias/],
    [{ rank_pattern: { q_proj: 8 } }, good, /rank_pattern/],
    [{ modules_to_save: ["lm_head"] }, good, /modules_to_save/],
    [{ r: 0 }, good, /: \.r /],
    [{ lora_alpha: 1e308 }, good, /: \.lora_alpha /],
    [{ r: 5 }, good, /lora_[AB]\.weight" has shape .*r is 5/],
    [{}, good.slice(0, 1), /up_proj" has lora_A alone/],
    [{}, good.slice(1), /up_proj" has lora_B alone/],
    [
      {},
      [one("base_model.model.x.weight", [1])],
      /"base_model\.model\.x\.weight" is no matrix/,
    ],
  ];
  await inFolder(async (folder) => {
    for (const [change, entries, message] of wrong) {
      Deno.writeTextFileSync(
        `${folder}/adapter_config.json`,
        JSON.stringify({ ...config, r: 4, ...change }),
      );
      await writeSafetensors(`${folder}/adapter_model.safetensors`, entries);
      await assert.rejects(readPeft(folder), (error: Error) => {
        assert.ok(error instanceof SyntaxError, error.stack);
        assert.match(error.message, message);
        return true;
      });
    }
    await Deno.remove(`${folder}/adapter_model.safetensors`);
    await assert.rejects(readPeft(folder), Deno.errors.NotFound);
  });
});

Deno.test("readPeft() names a matrix that is not finite", async () => {
  await inFolder(async (folder) => {
    const config = readFixture<Json>("qwen2_vl/lora/adapter_config.json");
    await Deno.writeTextFile(
      `${folder}/adapter_config.json`,
      JSON.stringify({ ...config, r: 1 }),
    );
    const name = "base_model.model.model.layers.0.mlp.up_proj";
    await writeSafetensors(`${folder}/adapter_model.safetensors`, [
      { name: `${name}.lora_A.weight`, shape: [1, 2], data: Float32Array.of(1, 2) },
      {
        name: `${name}.lora_B.weight`,
        shape: [2, 1],
        data: Float32Array.of(1, Infinity),
      },
    ]);
    await assert.rejects(
      readPeft(folder),
      /RangeError: .*value 1 of parameter ".*lora_B\.weight" is Infinity/,
    );
  });
});
