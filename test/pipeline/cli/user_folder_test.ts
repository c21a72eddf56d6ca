import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inFolder } from "../../support/in_folder.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs a task of this project, as someone who stands in another folder does. */
async function taskIn(cwd: string, ...args: readonly string[]) {
  const { INIT_CWD: _, ...env } = Deno.env.toObject(); // of the task that runs the tests
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "--config", join(ROOT, "deno.json"), ...args],
    cwd,
    env: { ...env, NO_COLOR: "1" },
    clearEnv: true,
  }).output();
  return { code, errors: new TextDecoder().decode(stderr) };
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);

Deno.test("paths are relative to where the user stands, the folder of runs too", () =>
  inFolder(async (folder) => {
    const before = names(ROOT).sort();
    const made = await taskIn(folder, "init", "mine");
    assert.equal(made.code, 0, made.errors);
    const quick = ["--steps", "1", "--batch-size", "2", "--num-generations", "2"];
    const short = ["--eval-samples", "0", "--max-completion-length", "8"];
    const own = ["--config", "mine/config.json", "--backend", "wasm"];
    const { code, errors } = await taskIn(folder, "train", ...own, ...quick, ...short);
    assert.equal(code, 0, errors);
    assert.deepEqual(names(folder).sort(), ["mine", "runs"]);
    assert.match(names(join(folder, "runs"))[0]!, /-train$/);
    assert.deepEqual(names(ROOT).sort(), before);
  }));

Deno.test("a run that an experiment starts stands where the experiment does", () =>
  inFolder(async (folder) => {
    const flags = ["--seeds", "0", "--steps", "0", "--eval-samples", "0", "--beta", "0"];
    const rates = ["--sft-learning-rates", "1e-5", "--rft-learning-rates", "1e-5"];
    const where = ["--out", "mine", "--backend", "wasm", "--shots", "1"];
    const { errors } = await taskIn(
      folder,
      ...["experiment", "few-shot-classification", ...flags, ...rates, ...where],
    );
    assert.deepEqual(names(folder), ["mine"], errors);
    assert.deepEqual(names(join(folder, "mine/runs/1-shot")).length > 0, true, errors);
    const [run] = names(join(folder, "mine/runs/1-shot")).filter((name) =>
      !name.includes(".")
    );
    const kept = names(join(folder, "mine/runs/1-shot", run!));
    assert.ok(kept.includes("metrics.jsonl"), errors);
  }));

Deno.test("a folder that cannot be entered is told in one sentence", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "pipeline/cli/main.ts", "train"],
    cwd: ROOT,
    env: { INIT_CWD: join(ROOT, "no such folder"), NO_COLOR: "1" },
  }).output();
  assert.equal(code, 2);
  assert.match(
    new TextDecoder().decode(stderr),
    /^deno task train: The folder \S.*no such folder, which INIT_CWD names, .*call the task .*\n$/,
  );
});
