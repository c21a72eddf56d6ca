/**
 * The programs that README and docs show: all are type-checked, and the README's runs, shortened.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readPages, ROOT } from "../support/pages.ts";
import { inFolder } from "../support/in_folder.ts";

const programs = readPages().flatMap(({ path, fences }) =>
  fences.filter(({ language }) => language === "ts").map(({ code }, i) => ({
    name: `${path.replaceAll(/\W/g, "_")}_${i}.ts`,
    // The reader's program lies beside mod.ts.
    code: code.replaceAll(`"./mod.ts"`, `"${pathToFileURL(join(ROOT, "mod.ts"))}"`),
  }))
);

async function runDeno(args: readonly string[], cwd: string) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", HF_HUB_OFFLINE: "1" },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

const CONFIG = ["--config", join(ROOT, "deno.json")];

Deno.test("the programs of README and docs are type-checked", async () => {
  assert.ok(programs.length >= 3);
  await inFolder(async (folder) => {
    for (const { name, code } of programs) {
      await Deno.writeTextFile(join(folder, name), code);
    }
    const names = programs.map(({ name }) => name);
    const { code, stderr } = await runDeno(["check", "-q", ...CONFIG, ...names], folder);
    assert.equal(code, 0, stderr);
  });
});

Deno.test("the README's program trains with a reward of its own, and has about ten lines", async () => {
  const { code: program } = programs[0]!;
  const lines = program.split("\n").filter((line) => line.trim() !== "");
  assert.ok(lines.length <= 10, `${lines.length} lines`);
  const short = program.replace(
    "steps: 60",
    'steps: 1, batchSize: 2, numGenerations: 2, evalSamples: 2, backend: "wasm" as const',
  );
  assert.notEqual(short, program);
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "program.ts"), short);
    const args = ["run", "-qA", "--no-check", ...CONFIG, "program.ts"];
    const { code, stdout, stderr } = await runDeno(args, folder);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^1 \d/m); // the step, its reward and its KL
    assert.match(stdout, /accuracy: \d/);
    const [run] = [...Deno.readDirSync(join(folder, "runs"))];
    const rows = await Deno.readTextFile(
      join(folder, "runs", run!.name, "completions.jsonl"),
    );
    assert.ok(JSON.parse(rows.split("\n")[0]!).rewards.brief > 0, rows);
  });
});
