import assert from "node:assert/strict";
import { join } from "node:path";
import { readCheckpoint } from "../../../pipeline/checkpoint/checkpoint.ts";
import {
  findCheckpoint,
  locateCheckpoint,
} from "../../../pipeline/checkpoint/find_checkpoint.ts";
import { saveCheckpoint } from "../../../pipeline/checkpoint/save_checkpoint.ts";
import { inFolder } from "../../support/in_folder.ts";
import { checkpointAt, checkpointNames, stateOf } from "../../support/checkpoint_at.ts";

Deno.test("a process killed in the middle of a save leaves the older checkpoint", () =>
  inFolder(async (run) => {
    await Deno.writeTextFile(join(run, "metrics.jsonl"), "");
    await saveCheckpoint(run, checkpointAt(1), stateOf("one"), 1);
    const path = "../../../pipeline/checkpoint/save_checkpoint.ts";
    const module = new URL(path, import.meta.url);
    const killed = `
      import { saveCheckpoint } from ${JSON.stringify(module.href)};
      const checkpoint = ${JSON.stringify(checkpointAt(2))};
      await saveCheckpoint(${JSON.stringify(run)}, checkpoint, async (folder) => {
        await Deno.writeTextFile(folder + "/state", "tw");
        Deno.kill(Deno.pid, "SIGKILL");
        await new Promise(() => setTimeout(() => {}, 10_000));
      }, 1);
    `;
    const { signal } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", killed],
      stderr: "null",
    }).output();
    assert.equal(signal, "SIGKILL");
    assert.equal(checkpointNames(run).length, 2, "the half-written one is there");
    const found = await findCheckpoint(await locateCheckpoint(run));
    assert.equal(found.progress.step, 1);
    assert.equal(await Deno.readTextFile(join(found.folder!, "state")), "one");
    await saveCheckpoint(run, checkpointAt(2), stateOf("two"), 1);
    assert.deepEqual(checkpointNames(run), ["step-000002"]);
  }));

Deno.test("readCheckpoint() names the place of what does not fit", () =>
  inFolder(async (folder) => {
    assert.equal(await readCheckpoint(folder), undefined);
    const wrong = { ...checkpointAt(1), task: "dance" };
    await Deno.writeTextFile(join(folder, "trainer.json"), JSON.stringify(wrong));
    await assert.rejects(readCheckpoint(folder), {
      name: "SyntaxError",
      message: /trainer\.json is damaged, or was written by another version \(task: /,
    });
  }));
