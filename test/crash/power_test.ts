/**
 * Power cuts: a run writes to a file system in a file, which is copied at any moment, as the disk
 * has it then. What was never flushed is not in the copy. From each copy the run has to resume
 * and end as one that was never disturbed.
 *
 * `deno task test:power` makes fifty cuts; it mounts, so it needs Linux and root. The copy is not
 * made in one instant, which asks more of the order of writes than a power cut does.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { uniform } from "../../data/random.ts";
import { inFolder } from "../support/in_folder.ts";
import { ended, fingerprint, startTrain, tinyRun } from "./tiny_run.ts";

const CUTS = Number(Deno.env.get("POWER") ?? 0);
const STEPS = 8;

Deno.test({
  name: `${CUTS} power cuts: every run resumes and ends byte for byte the same`,
  ignore: CUTS === 0 || Deno.build.os !== "linux" || Deno.uid() !== 0,
  fn: () =>
    inFolder(async (folder) => {
      const backend = Deno.env.get("BACKEND") ?? "auto";
      // In memory, so that a copy takes next to no time.
      const disk = await Deno.makeTempFile({ dir: "/dev/shm" });
      const copies: { readonly path: string; readonly seen: number }[] = [];
      const mounted = join(folder, "disk"), after = join(folder, "after");
      const whole = join(folder, "whole"), run = join(folder, "run");
      await Deno.mkdir(mounted);
      await Deno.mkdir(after);
      await ended(startTrain(tinyRun(whole, backend, STEPS)));
      const expected = await fingerprint(whole);
      const steps: Record<string, number> = {};
      try {
        await sh("truncate", "-s", "256M", disk);
        await sh("mkfs.ext4", "-q", "-F", disk);
        await sh("mount", "-o", "loop", disk, mounted);
        for (let cut = 0; cut < CUTS;) {
          const written = join(mounted, "run");
          const child = startTrain(tinyRun(written, backend, STEPS));
          const drained = child.stderr.cancel();
          let over = false;
          const status = child.status.then(() => over = true);
          while (!await exists(written) && !over) await wait(10);
          for (let n = 0; n < 5 && cut + n < CUTS && !over; n++) {
            const path = `${disk}-${n}`;
            await wait(1500 * uniform(7, cut, n));
            copies.push({ path, seen: stepOf(await newest(written)) });
            await sh("cp", "--sparse=always", disk, path);
          }
          if (!over) child.kill("SIGKILL");
          await status;
          await drained;
          await Deno.remove(written, { recursive: true }).catch(() => {});
          for (let copy; (copy = copies.shift()) !== undefined; cut++) {
            const { path, seen } = copy;
            await sh("mount", "-o", "loop", path, after);
            const at = join(after, "run");
            const found = await newest(at);
            // The newest may be on its way to the disk; the one before it has arrived.
            assert.ok(stepOf(found) >= seen - 1, `${found}, where step ${seen} was seen`);
            steps[found] = (steps[found] ?? 0) + 1;
            if (await exists(at)) await sh("cp", "-a", at, run);
            await sh("umount", after);
            await Deno.remove(path);
            const args = await exists(join(run, "trainer.json"))
              ? ["--resume", run]
              : tinyRun(run, backend, STEPS);
            await ended(startTrain(args));
            assert.deepEqual(await fingerprint(run), expected, `cut ${cut}, ${found}`);
            await Deno.remove(run, { recursive: true });
            console.log(`cut ${cut + 1}: ${found} was on the disk; resumed, equal`);
          }
        }
        console.log(`${CUTS} cuts, all equal; newest on the disk:`, steps);
      } finally {
        await sh("umount", after).catch(() => {});
        await sh("umount", mounted).catch(() => {});
        await Deno.remove(disk);
        for (let n = 0; n < 5; n++) await Deno.remove(`${disk}-${n}`).catch(() => {});
      }
    }),
});

async function newest(run: string): Promise<string> {
  if (!await exists(run)) return "nothing";
  const names = await Array.fromAsync(Deno.readDir(join(run, "checkpoints")))
    .catch(() => []);
  const last = names.map(({ name }) => name).filter((name) => name.startsWith("step-"))
    .sort().at(-1);
  return last ?? "no checkpoint";
}

/** The step of a checkpoint's name; 0 for none. */
function stepOf(name: string): number {
  return Number(/^step-(\d+)$/.exec(name)?.[1] ?? 0);
}

async function sh(command: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(command, { args }).output();
  if (code !== 0) {
    throw new Error(
      `${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`,
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
