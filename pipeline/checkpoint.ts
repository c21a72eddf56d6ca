import { basename, dirname, join, resolve } from "node:path";
import * as v from "valibot";
import type { AlarmMemory } from "./alarms.ts";
import type { Figures } from "./metrics.ts";
import { resolveSettings, type Settings } from "./settings.ts";
import { writeFolder } from "./write_folder.ts";

/** How far a run is: with the policy's state, all that is needed to go on. */
export interface Progress {
  /** Steps made. */
  readonly step: number;
  /** Whether the evaluation that is due after this step, if one is, has been made. */
  readonly evaluated: boolean;
  /** Tokens that went through the learner. */
  readonly numTokens: number;
  /** Wall-clock seconds. */
  readonly seconds: number;
  /** Held-out figures before the first step. */
  readonly before: Figures;
  /** Held-out figures of the last evaluation. */
  readonly latest: Figures;
  /** What alarms compare the next step with. */
  readonly alarms: AlarmMemory;
  /** Splits of the probes that have answered. */
  readonly probed: readonly string[];
  /** Bytes of the run's files of lines: what is behind them came later. */
  readonly metricsBytes: number;
  readonly completionsBytes: number;
  readonly answersBytes: number;
}

/** What a checkpoint says beside the policy's state. */
export interface Checkpoint {
  readonly task: "train" | "sft";
  readonly settings: Settings;
  readonly progress: Progress;
  /** What the caller's own rewards came from, by name; see `OwnRewards`. */
  readonly rewards?: Readonly<Record<string, string>>;
}

/** A checkpoint and where it lies. */
export interface FoundCheckpoint extends Checkpoint {
  readonly folder: string;
  /** The folder of the run that it belongs to. */
  readonly run: string;
}

const FILE = "trainer.json";
const CHECKPOINTS = "checkpoints";
const NAME = /^step-(\d+)$/;

const figures = v.record(v.string(), v.number());
const schema = v.object({
  task: v.picklist(["train", "sft"]),
  settings: v.record(v.string(), v.unknown()),
  progress: v.object({
    step: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    evaluated: v.boolean(),
    numTokens: v.number(),
    seconds: v.number(),
    before: figures,
    latest: figures,
    alarms: v.object({ first: v.array(figures), last: v.array(figures) }),
    probed: v.optional(v.array(v.string()), []),
    metricsBytes: v.number(),
    completionsBytes: v.number(),
    answersBytes: v.optional(v.number(), 0),
  }),
  rewards: v.optional(v.record(v.string(), v.string())),
});

/**
 * Writes `<run>/checkpoints/step-<n>`: a temporary folder first, which then takes its name, so
 * that whatever happens one whole checkpoint is there. Older ones are removed at the end.
 *
 * @param saveState Writes the policy's state into the folder.
 * @returns The checkpoint's folder. One of the same step is left as it is.
 */
export async function saveCheckpoint(
  run: string,
  checkpoint: Checkpoint,
  saveState: (folder: string) => Promise<void>,
): Promise<string> {
  const name = `step-${String(checkpoint.progress.step).padStart(6, "0")}`;
  const folder = join(run, CHECKPOINTS, name);
  if (!(await names(run)).includes(name)) {
    await writeFolder(folder, async (temporary) => {
      await saveState(temporary);
      const text = JSON.stringify(checkpoint, null, 2) + "\n";
      await Deno.writeTextFile(join(temporary, FILE), text);
    });
  }
  await keepOnly(folder);
  return folder;
}

/** Removes all other checkpoints of the run, whole or half-written. */
export async function keepOnly(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(dirname(folder))) {
    if (name === basename(folder)) continue;
    await Deno.remove(join(dirname(folder), name), { recursive: true });
  }
}

/**
 * The checkpoint at `path`: a checkpoint's folder, or a run's, which means its newest one.
 *
 * @throws {Error} Where there is none.
 * @throws {SyntaxError} Where its trainer.json is damaged.
 */
export async function findCheckpoint(path: string): Promise<FoundCheckpoint> {
  const newest = (await names(path)).at(-1);
  const folder = newest ? join(path, CHECKPOINTS, newest) : path;
  const file = join(folder, FILE);
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch {
    throw new Error(
      `There is no checkpoint in ${path}: --resume takes the folder of a run that was ` +
        `stopped, as in --resume runs/NAME`,
    );
  }
  return {
    ...read(text, file),
    folder,
    run: resolve(newest ? path : join(folder, "..", "..")),
  };
}

function read(text: string, file: string): Checkpoint {
  try {
    const { settings, ...rest } = v.parse(schema, JSON.parse(text));
    return { ...rest, settings: resolveSettings(settings) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SyntaxError(
      `${file} is damaged (${reason}): resume from another checkpoint or start again`,
    );
  }
}

/** Names of the whole checkpoints of a run, oldest first. */
async function names(run: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name } of Deno.readDir(join(run, CHECKPOINTS))) {
      if (NAME.test(name)) found.push(name);
    }
  } catch (error) {
    if (
      !(error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.NotADirectory)
    ) {
      throw error;
    }
  }
  return found.sort();
}
