/**
 * SIGKILL at any moment, in the middle of writes too: the run resumes and ends as one that was
 * never disturbed. A few kills here; `deno task test:crash` makes fifty on each engine.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { uniform } from "../../data/random.ts";
import { nativeFolder } from "../../stages/engine/native_engine.ts";
import { inFolder } from "../support/in_folder.ts";
import { ended, fingerprint, startTrain, tinyRun } from "./tiny_run.ts";

const CRASH = Number(Deno.env.get("CRASH") ?? 0);
const KILLS = CRASH || 3, STEPS = CRASH ? 8 : 4;
const BACKENDS = CRASH === 0
  ? [Deno.env.get("BACKEND") ?? "auto"]
  : await exists(nativeFolder(false))
  ? ["wasm", "native"]
  : ["wasm"];

/** Where a kill hits: at any time, or as soon as something is being written. */
const MOMENTS = ["any time", "a checkpoint", "a checkpoint", "the model"] as const;

for (const backend of BACKENDS) {
  Deno.test({
    name:
      `${KILLS} kills on ${backend}: every run resumes and ends byte for byte the same`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      inFolder(async (folder) => {
        const whole = join(folder, "whole"), run = join(folder, "run");
        const began = performance.now();
        await ended(startTrain(tinyRun(whole, backend, STEPS)));
        const length = performance.now() - began;
        const expected = await fingerprint(whole);
        const counts = { inside: 0, early: 0, runs: 0 };
        for (let kills = 0; kills < KILLS;) {
          let args = tinyRun(run, backend, STEPS);
          for (let left = 1 + kills % 2;; left--) {
            const child = startTrain(args);
            if (left === 0 || kills === KILLS) {
              await ended(child);
              break;
            }
            const moment = MOMENTS[kills % MOMENTS.length]!;
            if (!await killAt(child, run, moment, length, uniform(1, kills))) break;
            kills++;
            const half = await halfWritten(run);
            if (half) counts.inside++;
            const begun = await exists(join(run, "trainer.json"));
            if (!await exists(join(run, "checkpoints"))) counts.early++;
            if (begun) args = ["--resume", run];
          }
          counts.runs++;
          assert.deepEqual(await fingerprint(run), expected, `kill ${kills}`);
          await Deno.remove(run, { recursive: true });
          if (CRASH) console.log(`${backend}: ${kills} kills, all equal`);
        }
        if (CRASH) {
          console.log(
            `${backend}: ${KILLS} kills, ${counts.inside} of them inside a write and ` +
              `${counts.early} before the first checkpoint; ${counts.runs} runs, all equal`,
          );
        }
      }),
  });
}

/** Kills a run; false if it ended before. */
async function killAt(
  child: Deno.ChildProcess,
  run: string,
  moment: (typeof MOMENTS)[number],
  length: number,
  u: number,
): Promise<boolean> {
  let over = false;
  const status = child.status.then((status) => {
    over = true;
    return status;
  });
  const drained = child.stderr.cancel();
  const deadline = performance.now() +
    (moment === "any time" ? length * (0.2 + 0.8 * u) : 120_000);
  while (!over && performance.now() < deadline) {
    if (moment === "a checkpoint" && await isWritingCheckpoint(run)) break;
    if (moment === "the model" && await exists(join(run, ".new-model"))) break;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (!over && moment !== "any time") {
    await new Promise((resolve) => setTimeout(resolve, 40 * u));
  }
  if (!over) child.kill("SIGKILL");
  const { signal } = await status;
  await drained;
  return signal === "SIGKILL";
}

async function isWritingCheckpoint(run: string): Promise<boolean> {
  try {
    for await (const { name } of Deno.readDir(join(run, "checkpoints"))) {
      if (name.startsWith(".new-step-")) return true;
    }
  } catch {
    // not yet
  }
  return false;
}

async function halfWritten(run: string): Promise<boolean> {
  return await isWritingCheckpoint(run) || await exists(join(run, ".new-model")) ||
    await exists(join(run, ".old-model"));
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
