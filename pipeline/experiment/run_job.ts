import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../../data/cache_folder.ts";
import { SETTINGS } from "../settings.ts";
import type { Job } from "./jobs.ts";

const CLI = fileURLToPath(new URL("../cli.ts", import.meta.url));

/** Those of `deno task train`. */
const PERMISSIONS = [
  ...["-q", "--no-prompt", "--no-remote", "-P=train"],
  `--allow-ffi=${
    fileURLToPath(new URL("../../node_modules", import.meta.url))
  },${cacheFolder()}`,
];

/**
 * Makes a run in a process of its own, so that several use all cores and none inherits another's
 * memory: `deno task train|sft --config …`. A run that was stopped goes on from its checkpoint;
 * one without a checkpoint begins again.
 *
 * @param folder The experiment's.
 * @param stop Lets the run save a checkpoint and end.
 * @throws The reason of `stop`, where it was aborted before the run was done.
 * @throws {Error} Where the run fails: with its own message and the path of its log.
 */
export async function runJob(
  folder: string,
  job: Job,
  stop: AbortSignal,
): Promise<void> {
  const out = join(folder, job.folder);
  stop.throwIfAborted();
  const args = await hasCheckpoint(out)
    ? ["--resume", out]
    : ["--config", await newRun(out, job)];
  const log = await Deno.open(`${out}.log`, { create: true, append: true });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...PERMISSIONS, CLI, job.task, ...args, "--json"],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const end = () => child.kill("SIGTERM");
  stop.addEventListener("abort", end, { once: true });
  const [{ code }] = await Promise.all([
    child.status,
    child.stderr.pipeTo(log.writable),
  ]);
  stop.removeEventListener("abort", end);
  if (code === 0) return;
  stop.throwIfAborted();
  const said = await Deno.readTextFile(`${out}.log`);
  const last = said.trimEnd().split("\n").at(-1);
  throw new Error(`The run ${out} ended with exit code ${code}: ${last} (${out}.log)`);
}

/** Whether a run's metrics end with the record `done`. */
export async function isDone(run: string): Promise<boolean> {
  const text = await Deno.readTextFile(join(run, "metrics.jsonl")).catch(() => "");
  return text.trimEnd().split("\n").at(-1)!.startsWith('{"type":"done"');
}

async function hasCheckpoint(run: string): Promise<boolean> {
  try {
    for await (const { name } of Deno.readDir(join(run, "checkpoints"))) {
      if (name.startsWith("step-")) return true;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}

/** Clears what a run without checkpoint has left, and writes down the settings of a new one. */
async function newRun(out: string, { task, settings }: Job): Promise<string> {
  await Deno.remove(out, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  const config = `${out}.json`;
  await Deno.mkdir(join(out, ".."), { recursive: true });
  // Settings of training by reinforcement mean nothing to SFT.
  const own = Object.entries({ ...settings, out }).filter(([name]) =>
    SETTINGS[name as keyof typeof SETTINGS]?.tasks.some((known) => known === task)
  );
  await Deno.writeTextFile(config, JSON.stringify(Object.fromEntries(own), null, 2));
  return config;
}
