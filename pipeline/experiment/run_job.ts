import { isTaken } from "../../data/files/is_there.ts";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../../data/files/cache_folder.ts";
import { TRAINER } from "../checkpoint/checkpoint.ts";
import type { Setting } from "../settings/setting.ts";
import { SETTINGS } from "../settings/table.ts";
import { writeFile } from "../../data/files/write_file.ts";
import type { Job } from "./jobs.ts";

/** Folder in an experiment's: what models answer before training, which runs share. */
const EVALUATIONS = "evaluations";

/**
 * The command line of `deno task train`, up to the command.
 *
 * @throws {Error} If this file is not a local one that Deno runs.
 */
function commandLine(): string[] {
  const { protocol, href } = new URL("../cli/main.ts", import.meta.url);
  if (protocol !== "file:" || process.versions.deno === undefined) {
    throw new Error(
      "An experiment starts each run as a process of Deno, from a local folder of this " +
        `package, not from ${href}: import a clone of it in Deno`,
    );
  }
  const packages = fileURLToPath(new URL("../../node_modules", import.meta.url));
  return [
    ...["run", "-q", "--no-prompt", "--no-remote"],
    ...["--node-modules-dir=manual", "-P=train"], // the experiment's task has installed them
    `--allow-ffi=${packages},${cacheFolder()}`,
    fileURLToPath(href),
  ];
}

/**
 * Makes a run in a process of its own, so that several use all cores and none inherits another's
 * memory: `deno task train|sft --config …`. A run that was stopped resumes.
 *
 * @param folder The experiment's.
 * @param workers The threads that compute on wasm. Default: as a run by itself has them.
 * @param stop Lets the run save a checkpoint and end.
 * @throws The reason of `stop`, if it was aborted before the run was done.
 * @throws {Error} If the run fails: with its own message and the path of its log.
 */
export async function runJob(
  folder: string,
  job: Job,
  workers: number | undefined,
  stop: AbortSignal,
): Promise<void> {
  const out = join(folder, job.folder);
  stop.throwIfAborted();
  const args = await isTaken(join(out, TRAINER))
    ? ["--resume", out]
    : ["--config", await writeConfig(out, job), "--out", out];
  const log = await Deno.open(`${out}.log`, { create: true, append: true });
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...[...commandLine(), job.task, ...args, ...trusted(job)],
      ...workers === undefined ? [] : ["--workers", `${workers}`],
      ...["--eval-cache", join(folder, EVALUATIONS), "--json"],
    ],
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

/** What a run takes from its command line only, and not from a file. */
function trusted({ settings: { reward = [], tensorboard } }: Job): string[] {
  return [
    ...reward.flatMap((path) => ["--reward", path]),
    ...tensorboard === undefined ? [] : ["--tensorboard", tensorboard],
  ];
}

/** Writes down the settings of a new run. */
async function writeConfig(out: string, { task, settings }: Job): Promise<string> {
  const config = `${out}.json`;
  // Settings of training by reinforcement mean nothing to SFT.
  const own = Object.entries(settings).filter(([name]) =>
    (SETTINGS as Readonly<Record<string, Setting>>)[name]?.tasks.includes(task)
  );
  await writeFile(config, JSON.stringify(Object.fromEntries(own), null, 2) + "\n");
  return config;
}
