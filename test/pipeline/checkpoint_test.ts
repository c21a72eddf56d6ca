import assert from "node:assert/strict";
import { join } from "node:path";
import {
  type Checkpoint,
  findCheckpoint,
  saveCheckpoint,
} from "../../pipeline/checkpoint.ts";
import { resolveSettings } from "../../pipeline/settings.ts";
import { inFolder } from "../in_folder.ts";

const at = (step: number): Checkpoint => ({
  task: "train",
  settings: resolveSettings({ steps: 9, rewardWeights: { format: 2 } }),
  progress: {
    step,
    evaluated: false,
    numTokens: 12,
    seconds: 1.5,
    before: { accuracy: 0.25 },
    latest: {},
    alarms: { first: [{ kl: 1 }], last: [] },
    probed: [],
    metricsBytes: 3,
    completionsBytes: 4,
    answersBytes: 5,
  },
});

const state = (text: string) => (folder: string) =>
  Deno.writeTextFile(join(folder, "state"), text);

Deno.test("findCheckpoint() reads back what was saved, from the run or from the checkpoint", async () => {
  await inFolder(async (run) => {
    const folder = await saveCheckpoint(run, at(7), state("seven"));
    assert.equal(folder, join(run, "checkpoints", "step-000007"));
    for (const path of [run, folder]) {
      const found = await findCheckpoint(path);
      const { settings, ...rest } = at(7);
      assert.deepEqual(found, {
        ...rest,
        settings: { ...settings },
        folder,
        run,
      });
    }
    assert.equal(await Deno.readTextFile(join(folder, "state")), "seven");
  });
});

Deno.test("saveCheckpoint() keeps the newest one only", async () => {
  await inFolder(async (run) => {
    await saveCheckpoint(run, at(9), state("nine"));
    await saveCheckpoint(run, at(10), state("ten"));
    const names = [...Deno.readDirSync(join(run, "checkpoints"))].map(({ name }) => name);
    assert.deepEqual(names, ["step-000010"]);
    assert.equal((await findCheckpoint(run)).progress.step, 10);
  });
});

Deno.test("a process killed in the middle of a save leaves the older checkpoint", async () => {
  await inFolder(async (run) => {
    await saveCheckpoint(run, at(1), state("one"));
    const module = new URL("../../pipeline/checkpoint.ts", import.meta.url);
    const killed = `
      import { saveCheckpoint } from ${JSON.stringify(module.href)};
      const checkpoint = ${JSON.stringify(at(2))};
      await saveCheckpoint(${JSON.stringify(run)}, checkpoint, async (folder) => {
        await Deno.writeTextFile(folder + "/state", "tw");
        Deno.kill(Deno.pid, "SIGKILL");
        await new Promise(() => setTimeout(() => {}, 10_000));
      });
    `;
    const { signal } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", killed],
      stderr: "null",
    }).output();
    assert.equal(signal, "SIGKILL");
    const half = [...Deno.readDirSync(join(run, "checkpoints"))].map(({ name }) => name);
    assert.equal(half.length, 2, "the half-written one is there");
    const found = await findCheckpoint(run);
    assert.equal(found.progress.step, 1);
    assert.equal(await Deno.readTextFile(join(found.folder, "state")), "one");
    await saveCheckpoint(run, at(2), state("two"));
    const names = [...Deno.readDirSync(join(run, "checkpoints"))].map(({ name }) => name);
    assert.deepEqual(names, ["step-000002"]);
  });
});

Deno.test("findCheckpoint() says what is missing and what is damaged", async () => {
  await inFolder(async (run) => {
    await assert.rejects(
      findCheckpoint(run),
      /There is no checkpoint in .*--resume takes/,
    );
    await assert.rejects(findCheckpoint(join(run, "no")), /There is no checkpoint in/);
    const folder = await saveCheckpoint(run, at(1), state("one"));
    await Deno.writeTextFile(join(folder, "trainer.json"), "{");
    await assert.rejects(findCheckpoint(run), {
      name: "SyntaxError",
      message: /trainer.json is damaged .*start again/,
    });
  });
});
