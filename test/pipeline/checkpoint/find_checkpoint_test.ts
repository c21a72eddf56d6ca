import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import {
  findCheckpoint,
  locateCheckpoint,
} from "../../../pipeline/checkpoint/find_checkpoint.ts";
import { retireNewer } from "../../../pipeline/checkpoint/folders.ts";
import { saveCheckpoint } from "../../../pipeline/checkpoint/save_checkpoint.ts";
import { inFolder } from "../../support/in_folder.ts";
import { checkpointAt, checkpointNames, stateOf } from "../../support/checkpoint_at.ts";

const onUnix = { ignore: Deno.build.os === "windows" };
const save = (run: string, step: number) =>
  saveCheckpoint(run, checkpointAt(step), stateOf(`${step}`), 3);
const find = async (path: string) => await findCheckpoint(await locateCheckpoint(path));

/** A run with checkpoints of steps 1 and 2. */
function inRun(test: (run: string) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    const run = join(await Deno.realPath(folder), "run");
    await Deno.mkdir(run);
    await Deno.writeTextFile(join(run, "metrics.jsonl"), "");
    await save(run, 1);
    await save(run, 2);
    await test(run);
  });
}

Deno.test(
  "a run means its newest checkpoint, and every spelling of a path the same",
  onUnix,
  () =>
    inRun(async (run) => {
      const newest = join(run, "checkpoints", "step-000002");
      const older = join(run, "checkpoints", "step-000001");
      const link = join(dirname(run), "link"),
        latest = join(run, "checkpoints", "latest");
      await Deno.symlink(run, link);
      await Deno.symlink("step-000002", latest);
      for (
        const [path, folder] of [
          [run, newest],
          [`${run}/.`, newest],
          [`${run}//checkpoints/..`, newest],
          [link, newest],
          [join(run, "checkpoints"), newest],
          [newest, newest],
          [`${newest}/.`, newest],
          [latest, newest],
          [`${link}/checkpoints/step-000001/`, older],
        ] as const
      ) {
        const { settings, ...rest } = checkpointAt(folder === newest ? 2 : 1);
        assert.deepEqual(
          await find(path),
          { ...rest, settings: { ...settings }, folder, run, damaged: [] },
          path,
        );
      }
    }),
);

Deno.test("a checkpoint that was copied out of its run belongs to no run", () =>
  inRun(async (run) => {
    for (
      const place of ["photos/my-checkpoint", "checkpoints/step-000002", "step-000002"]
    ) {
      const copy = join(dirname(run), place);
      await Deno.mkdir(copy, { recursive: true });
      for (const { name } of Deno.readDirSync(join(run, "checkpoints", "step-000002"))) {
        const file = join(run, "checkpoints", "step-000002", name);
        await Deno.copyFile(file, join(copy, name));
      }
      const found = await find(copy);
      assert.equal(found.run, undefined, place);
      assert.equal(found.folder, copy);
    }
  }));

/** Every form of damage to a checkpoint of three files, and what is said of it. */
const DAMAGE: Readonly<Record<string, [(folder: string) => void, RegExp]>> = {
  "a flipped bit": [(folder) => {
    const file = join(folder, "state");
    const bytes = Deno.readFileSync(file);
    bytes[0]! ^= 1;
    Deno.writeFileSync(file, bytes);
  }, /state has other bytes than it was written with/],
  "a shorter file": [
    (folder) => Deno.truncateSync(join(folder, "state"), 0),
    /state has 0 bytes, and had 1/,
  ],
  "a longer file": [
    (folder) => Deno.writeTextFileSync(join(folder, "state"), "x", { append: true }),
    /state has 2 bytes, and had 1/,
  ],
  "a missing file": [
    (folder) => Deno.removeSync(join(folder, "state")),
    /state is missing/,
  ],
  "a file that became a folder": [(folder) => {
    Deno.removeSync(join(folder, "state"));
    Deno.mkdirSync(join(folder, "state"));
  }, /state is not a file/],
  "an edited trainer.json": [(folder) => {
    const file = join(folder, "trainer.json");
    Deno.writeTextFileSync(
      file,
      Deno.readTextFileSync(file).replace('"step": 2', '"step": 3'),
    );
  }, /trainer\.json has other bytes/],
  "no checksums": [
    (folder) => Deno.removeSync(join(folder, "checksums.json")),
    /checksums\.json is missing/,
  ],
  "half of the checksums": [
    (folder) => Deno.truncateSync(join(folder, "checksums.json"), 40),
    /checksums\.json is damaged/,
  ],
  "checksums that lead out of the folder": [(folder) => {
    const file = join(folder, "checksums.json");
    const text = Deno.readTextFileSync(file).replace('"state"', '"../../x"');
    Deno.writeTextFileSync(file, text);
  }, /checksums\.json is damaged/],
  "an empty folder": [(folder) => {
    for (const { name } of Deno.readDirSync(folder)) Deno.removeSync(join(folder, name));
  }, /checksums\.json is missing/],
  "a folder of another step's name": [
    (folder) => Deno.renameSync(folder, join(folder, "..", "step-1000000")),
    /step-1000000 was renamed: it is of step 2/,
  ],
};

for (const [name, [damage, message]] of Object.entries(DAMAGE)) {
  Deno.test(`${name}: the run falls back to the sound checkpoint before, and says so`, () =>
    inRun(async (run) => {
      const newest = join(run, "checkpoints", "step-000002");
      damage(newest);
      const found = await find(run);
      assert.equal(found.progress.step, 1);
      assert.equal(found.damaged.length, 1);
      assert.match(found.damaged[0]!, message);
      if (await Deno.stat(newest).then(() => true, () => false)) {
        // The folder by its own name is never replaced by another one.
        await assert.rejects(find(newest), /is damaged: |neither a run's folder nor/);
      }
    }));
}

Deno.test("if no checkpoint is sound, the damage of each is told", () =>
  inRun(async (run) => {
    for (const step of [1, 2]) {
      await Deno.truncate(join(run, "checkpoints", `step-00000${step}`, "state"), 0);
    }
    await assert.rejects(
      find(run),
      /No checkpoint of .*run is sound: .*step-000002.*; .*step-000001.*Start again/,
    );
  }));

Deno.test("a run without checkpoints is found as its beginning", () =>
  inFolder(async (run) => {
    const file = join(run, "trainer.json");
    await Deno.writeTextFile(file, JSON.stringify(checkpointAt(0)));
    const found = await find(run);
    assert.equal(found.folder, undefined);
    assert.equal(found.progress.step, 0);
    await Deno.writeTextFile(file, "{");
    await assert.rejects(find(run), {
      name: "SyntaxError",
      message: /trainer\.json is damaged/,
    });
    // Part of a checkpoint is no beginning of a run.
    await Deno.writeTextFile(file, JSON.stringify(checkpointAt(4)));
    await assert.rejects(find(run), /There is no checkpoint in/);
  }));

Deno.test("what is neither a run nor a checkpoint is told", () =>
  inFolder(async (folder) => {
    await assert.rejects(
      find(folder),
      /neither a run's folder nor a checkpoint's; option resume/,
    );
    await assert.rejects(find(join(folder, "no")), /there is no such folder/);
    await Deno.mkdir(join(folder, "checkpoints", "mine"), { recursive: true });
    await assert.rejects(find(join(folder, "checkpoints", "mine")), /neither a run's/);
  }));

Deno.test("retireNewer() puts newer checkpoints aside, until the next one is written", () =>
  inRun(async (run) => {
    const [notice, ...none] = await retireNewer(run, 1);
    assert.match(notice!, /The checkpoint of step 2 is put aside as .*\.old-step-000002/);
    assert.deepEqual(none, []);
    assert.deepEqual(checkpointNames(run), [".old-step-000002", "step-000001"]);
    assert.equal((await find(run)).progress.step, 1);
    await save(run, 3);
    assert.deepEqual(checkpointNames(run), ["step-000001", "step-000003"]);
  }));
