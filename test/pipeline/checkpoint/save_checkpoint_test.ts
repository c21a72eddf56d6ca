import assert from "node:assert/strict";
import { join } from "node:path";
import { saveCheckpoint } from "../../../pipeline/checkpoint/save_checkpoint.ts";
import { inFolder } from "../../support/in_folder.ts";
import { checkpointAt, checkpointNames, stateOf } from "../../support/checkpoint_at.ts";

const onUnix = { ignore: Deno.build.os === "windows" };
const save = (run: string, step: number, limit = 2, accuracy?: number) =>
  saveCheckpoint(run, checkpointAt(step, accuracy), stateOf(`${step}`), limit);

Deno.test("saveCheckpoint() keeps the newest ones, as many as it is told", async () => {
  for (const limit of [1, 2, 3]) {
    await inFolder(async (run) => {
      for (const step of [8, 9, 10, 11]) await save(run, step, limit);
      assert.deepEqual(
        checkpointNames(run),
        ["step-000008", "step-000009", "step-000010", "step-000011"].slice(-limit),
      );
    });
  }
});

Deno.test("the checkpoint with the best held-out figure stays, the earlier one of two alike", () =>
  inFolder(async (run) => {
    await save(run, 1, 1, 0.5);
    await save(run, 2, 1, 0.9);
    await save(run, 3, 1, 0.9);
    await save(run, 4, 1);
    await save(run, 5, 1, 0.7);
    assert.deepEqual(checkpointNames(run), ["step-000002", "step-000005"]);
    await save(run, 6, 1, 0.95);
    assert.deepEqual(checkpointNames(run), ["step-000006"]);
  }));

Deno.test("nothing but this program's own folders goes, and only what is directly there", () =>
  inFolder(async (run) => {
    await save(run, 1, 1);
    const checkpoints = join(run, "checkpoints");
    const kept = ["notes.txt", "my-backup/a", "step-", "step-1.bak/a", ".hidden/a"];
    for (const name of kept) {
      await Deno.mkdir(join(checkpoints, name, ".."), { recursive: true });
      await Deno.writeTextFile(join(checkpoints, name), "precious");
    }
    await Deno.writeTextFile(join(checkpoints, "step-000077"), "a file, not a folder");
    await Deno.mkdir(join(checkpoints, ".new-step-000002"));
    await Deno.mkdir(join(checkpoints, ".old-step-000001"));
    await save(run, 2, 1);
    for (const name of [...kept, "step-000077"]) {
      assert.ok(Deno.statSync(join(checkpoints, name)).isFile, name);
    }
    assert.deepEqual(
      checkpointNames(run),
      [
        ".hidden",
        "my-backup",
        "notes.txt",
        "step-",
        "step-000002",
        "step-000077",
        "step-1.bak",
      ],
    );
  }));

Deno.test(
  "no checkpoint is removed or written through a link",
  onUnix,
  () =>
    inFolder(async (folder) => {
      const run = join(folder, "run"), elsewhere = join(folder, "elsewhere");
      await Deno.mkdir(run);
      await Deno.mkdir(join(elsewhere, "step-000001"), { recursive: true });
      await Deno.symlink(elsewhere, join(run, "checkpoints"));
      await assert.rejects(save(run, 2), { name: "TypeError", message: /is a link/ });
      assert.deepEqual([...Deno.readDirSync(elsewhere)].map(({ name }) => name), [
        "step-000001",
      ]);

      await Deno.remove(join(run, "checkpoints"));
      await save(run, 2, 1);
      await Deno.symlink(elsewhere, join(run, "checkpoints", "step-000001"));
      await save(run, 3, 1);
      assert.ok(Deno.statSync(join(elsewhere, "step-000001")).isDirectory);
      assert.deepEqual(checkpointNames(run), ["step-000001", "step-000003"]);
    }),
);

Deno.test("older checkpoints stay if a new one cannot be written", () =>
  inFolder(async (run) => {
    await save(run, 1, 1);
    await assert.rejects(
      saveCheckpoint(run, checkpointAt(2), async (folder) => {
        await stateOf("half")(folder);
        throw Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
      }, 1),
      /step-000002 cannot be written: the disk is full: make room/,
    );
    assert.deepEqual(checkpointNames(run), ["step-000001"]);
  }));

Deno.test("a sound checkpoint of the same step is left as it is, a damaged one is written anew", () =>
  inFolder(async (run) => {
    const folder = await save(run, 1);
    await saveCheckpoint(run, checkpointAt(1), stateOf("other"), 2);
    assert.equal(Deno.readTextFileSync(join(folder, "state")), "1");
    await Deno.writeTextFile(join(folder, "state"), "2");
    await saveCheckpoint(run, checkpointAt(1), stateOf("other"), 2);
    assert.equal(Deno.readTextFileSync(join(folder, "state")), "other");
  }));
