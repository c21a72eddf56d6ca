import assert from "node:assert/strict";
import { join } from "node:path";
import { nameRuns, readRun } from "../../../pipeline/run_folder/read_run.ts";
import { inFolder } from "../../support/in_folder.ts";
import { madeRun, writeLines } from "../../support/made_run.ts";

Deno.test("readRun() reads a run's records", () =>
  inFolder(async (folder) => {
    const path = join(folder, "one");
    await madeRun(path, { steps: 10 });
    const run = await readRun(path);
    assert.equal(run.name, "one");
    assert.equal(run.config?.model, "a/model");
    assert.equal(run.config?.settings.steps, 10);
    assert.deepEqual(run.steps.map(({ step }) => step), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.equal(run.steps[1]?.figures.kl, 0.01);
    assert.ok(Number.isNaN(run.steps[2]?.figures.kl), "null is NaN");
    assert.deepEqual(run.evaluations.map(({ step, split }) => [step, split]), [
      [0, "held-out"],
      [10, "held-out"],
      [10, "probe"],
    ]);
    assert.deepEqual(run.alarms, [{
      step: 1,
      name: "kl_blow_up",
      message: "kl_blow_up",
    }]);
    assert.equal(run.seconds, 61);
    assert.equal(run.manifest?.data, "made:data");
  }));

Deno.test("readRun() leaves out a last line that is half written, and types that it does not know", () =>
  inFolder(async (folder) => {
    await writeLines(folder, "metrics.jsonl", [
      { type: "later", figures: 1 },
      { type: "step", step: 1, loss: 2 },
    ]);
    await Deno.writeTextFile(join(folder, "metrics.jsonl"), '{"type":"step","st', {
      append: true,
    });
    const { steps, config } = await readRun(folder);
    assert.deepEqual(steps, [{ step: 1, figures: { loss: 2 } }]);
    assert.equal(config, undefined);
  }));

Deno.test("readRun() names file, line and place of what is wrong", () =>
  inFolder(async (folder) => {
    const path = join(folder, "metrics.jsonl");
    await Deno.writeTextFile(path, '{"type":"st\n{"type":"step","step":1}\n');
    await assert.rejects(readRun(folder), (error: Error) => {
      assert.ok(error instanceof SyntaxError);
      assert.ok(error.message.startsWith(`${path}, line 1: it is not JSON: `));
      return true;
    });
    await writeLines(folder, "metrics.jsonl", [{ type: "step", step: 1, kl: "high" }]);
    await assert.rejects(readRun(folder), {
      message: `${path}: line 1: .kl must be a number: it is "high"`,
    });
    await assert.rejects(readRun(join(folder, "none")), {
      message: `${join(folder, "none")} has no metrics.jsonl: give the folder of a run`,
    });
  }));

Deno.test("nameRuns() takes as much of a path as tells runs apart", () => {
  const runs = ["/a/x/run", "/a/y/run", "/a/z"].map((folder) => ({
    ...{ folder, name: "", steps: [], evaluations: [], alarms: [] },
  }));
  assert.deepEqual(nameRuns(runs).map(({ name }) => name), ["x/run", "y/run", "z"]);
});
