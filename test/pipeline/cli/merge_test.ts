import assert from "node:assert/strict";
import { join } from "node:path";
import { main } from "../../../pipeline/cli/main.ts";
import { openModelFolder } from "../../../stages/model/folder/model_folder.ts";
import { fixturePath } from "../../support/fixtures.ts";
import { inFolder } from "../../support/in_folder.ts";

const model = fixturePath("qwen2_vl/tiny-untied"), adapter = fixturePath("qwen2_vl/lora");

/** Runs the command, and gives its exit code and what it prints. */
async function run(...args: string[]) {
  const { log, error } = console;
  const said: string[] = [];
  console.log = console.error = (line: string) => void said.push(line);
  try {
    return { code: await main(["merge", ...args]), said: said.join("\n") };
  } finally {
    console.log = log;
    console.error = error;
  }
}

Deno.test("merge writes a model folder and says so", async () => {
  await inFolder(async (folder) => {
    const out = join(folder, "merged");
    const flags = ["--model", model, "--adapter", adapter, "--out", out];
    const { code, said } = await run(...flags, "--dtype", "bf16");
    assert.equal(code, 0, said);
    assert.match(
      said,
      /layers of \d+ parameters merged; the model is in .*model\.safetensors/,
    );
    const merged = await openModelFolder(out);
    assert.equal(merged.checkpoint.dtype("model.norm.weight"), "BF16");
    merged.close();
    const again = await run(...flags);
    assert.equal(again.code, 2);
    assert.match(again.said, /merged is not empty: choose another --out$/);
  });
});

Deno.test("merge says in one sentence what cannot be used, and writes nothing", async () => {
  await inFolder(async (folder) => {
    const out = join(folder, "merged");
    const cases: [string[], RegExp][] = [
      [[], /^deno task merge: Give --model: model as train takes it/],
      [
        ["--model", model, "--adapter", adapter, "--out", out, "--dtype", "f8"],
        /--dtype must be one of f32, f16, bf16: it is "f8"/,
      ],
      [
        ["--model", "no/such/model", "--adapter", adapter, "--out", out],
        /no such folder/,
      ],
      [
        ["--model", model, "--adapter", "./none", "--out", out],
        /--adapter \.\/none: there/,
      ],
      [
        ["--model", adapter, "--adapter", adapter, "--out", out],
        /an adapter, not a model/,
      ],
      [["--model", model, "--adapter", model, "--out", out], /adapter_config\.json/],
    ];
    for (const [args, message] of cases) {
      const { code, said } = await run(...args);
      assert.match(said, message);
      assert.equal(said.split("\n").length, 1, said);
      assert.equal(code, 2);
    }
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    const help = await run("--help");
    assert.equal(help.code, 0);
    assert.match(help.said, /--adapter <text>/);
  });
});
