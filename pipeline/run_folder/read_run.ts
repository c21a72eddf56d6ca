import { basename, resolve } from "node:path";
import * as v from "npm:valibot@1.5.0";
import type { DataManifest } from "./manifest.ts";
import { manifestSchema } from "./manifest_schema.ts";
import type { ConfigRecord } from "./metrics.ts";
import { alarmSchema, configSchema, stepSchema } from "./metrics_schema.ts";
import { schemaFault } from "../../data/files/json_fault.ts";
import { HELD_OUT } from "./splits.ts";
import { isThere } from "../../data/files/is_there.ts";
import { anything, count, figure, number, text } from "./fields.ts";
import { LARGE_JSON, readJsonIfThere } from "../../data/files/read_json.ts";
import { fileOfRun } from "./file_of_run.ts";
import { readLines } from "../../data/files/read_lines.ts";

/** Numbers by name; NaN if the run did not write one. */
export type ReadFigures = Readonly<Record<string, number>>;

/** What a run goes by, as far as pages show it. */
export interface ReadConfig extends
  Pick<
    ConfigRecord,
    "step" | "version" | "seed" | "engine" | "model" | "modelSha256" | "rewards"
  > {
  readonly task: string;
  readonly backend: string;
  /** The data in a line. */
  readonly describe: string;
  /** By name, as they stand in the file. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** One optimiser step. */
export interface ReadStep {
  readonly step: number;
  readonly figures: ReadFigures;
}

/** One evaluation. */
export interface ReadEvaluation {
  readonly step: number;
  readonly split: string;
  readonly figures: ReadFigures;
}

/** An alarm. */
export interface ReadAlarm {
  readonly step: number;
  readonly name: string;
  readonly message: string;
}

/** What a run's folder says of its course; answers and completions have readers of their own. */
export interface ReadRun {
  /** Absolute. */
  readonly folder: string;
  /** For people; unique if `nameRuns` gave it. */
  readonly name: string;
  /** What it goes by now; absent in a run that has written nothing yet. */
  readonly config?: ReadConfig;
  /** What it went by before, if it was resumed with other settings; in order. */
  readonly earlier?: readonly ReadConfig[];
  /** By step. */
  readonly steps: readonly ReadStep[];
  /** By step. */
  readonly evaluations: readonly ReadEvaluation[];
  readonly alarms: readonly ReadAlarm[];
  /** Wall-clock time, if the run is complete. */
  readonly seconds?: number;
  /** Missing if the folder has none that can be read. */
  readonly manifest?: DataManifest;
}

/** Figures of one record, at most. */
const FIGURES = 10_000;

/** Largest metrics.jsonl, in bytes: a million steps; and manifest.json. */
const METRICS_LIMIT = 2 ** 28, MANIFEST_LIMIT = 2 ** 26;

const readFigures = v.pipe(
  v.record(text, figure, "figures by name"),
  v.maxEntries(FIGURES, `at most ${FIGURES} figures by name`),
);

// Of each record what pages show; files of earlier versions have fewer fields, and those of
// later ones may have more.
const { version, seed, backend, engine, model, modelSha256, rewards, ...config } =
  configSchema.entries;
const { type: _, ...alarm } = alarmSchema.entries;
const RECORDS = {
  config: v.pipe(
    v.object({
      ...{ version, seed, backend, model, modelSha256 },
      step: config.step,
      task: text,
      engine: v.optional(engine, ""),
      data: v.object({ describe: config.data.entries.describe }, "an object"),
      settings: anything,
      rewards: v.optional(rewards, {}),
    }),
    v.transform(({ data, ...rest }): ReadConfig => ({ ...rest, ...data })),
  ),
  step: v.pipe(
    v.objectWithRest({ type: stepSchema.entries.type, step: count }, figure),
    v.transform(({ type: _type, step, ...rest }): ReadStep => ({ step, figures: rest })),
  ),
  evaluation: v.object({ step: count, split: text, figures: readFigures }),
  alarm: v.object(alarm),
  done: v.object({ seconds: number }),
};

const typed = v.looseObject({ type: text }, "an object");

/**
 * Reads the metrics and the manifest of a run's folder, of a run in progress too: a last line
 * that is half written is left out.
 *
 * @throws {Error} If the folder has no metrics.jsonl.
 * @throws {RangeError} If a file is too large to be a run's, or a link that leads out of the folder.
 * @throws {SyntaxError} If a line is no metrics record: names file, line and place.
 */
export async function readRun(folder: string): Promise<ReadRun> {
  const path = await fileOfRun(folder, "metrics.jsonl");
  if (!await isThere(path, "file")) {
    throw new Error(`${folder} has no metrics.jsonl: give the folder of a run`);
  }
  const configs: ReadConfig[] = [];
  let seconds: number | undefined;
  const steps: ReadStep[] = [], evaluations: ReadEvaluation[] = [];
  const alarms: ReadAlarm[] = [];
  for await (const { number, value } of readLines(path, METRICS_LIMIT)) {
    const read = <T>(schema: v.GenericSchema<unknown, T>): T => {
      const result = v.safeParse(schema, value, { abortEarly: true });
      if (result.success) return result.output;
      throw schemaFault(path, result.issues[0], { place: `line ${number}: ` });
    };
    switch (read(typed).type) {
      case "config":
        configs.push(read(RECORDS.config));
        break;
      case "step":
        steps.push(read(RECORDS.step));
        break;
      case "evaluation":
        evaluations.push(read(RECORDS.evaluation));
        break;
      case "alarm":
        alarms.push(read(RECORDS.alarm));
        break;
      case "done":
        ({ seconds } = read(RECORDS.done));
        break;
      default: // of a later version
    }
  }
  const manifest = await readManifest(await fileOfRun(folder, "manifest.json"));
  const absolute = resolve(folder);
  const name = basename(absolute);
  const config = configs.pop();
  return {
    ...{
      folder: absolute,
      name,
      config,
      earlier: configs,
      steps,
      evaluations,
      alarms,
      seconds,
      manifest,
    },
  };
}

async function readManifest(path: string): Promise<DataManifest | undefined> {
  const json = await readJsonIfThere(path, { ...LARGE_JSON, limit: MANIFEST_LIMIT });
  if (json === undefined) return undefined;
  const result = v.safeParse(manifestSchema, json, { abortEarly: true });
  if (result.success) return result.output;
  throw schemaFault(path, result.issues[0]);
}

/** The evaluations of the held-out questions, by step. */
export function heldOutOf({ evaluations }: ReadRun): readonly ReadEvaluation[] {
  return evaluations.filter(({ split }) => split === HELD_OUT);
}

/**
 * The runs with names that tell them apart: as many of the last parts of their paths as that
 * needs.
 */
export function nameRuns<R extends ReadRun>(runs: readonly R[]): R[] {
  const parts = runs.map(({ folder }) => folder.split(/[/\\]/).filter(Boolean));
  const depth = Math.max(1, ...parts.map((own) => own.length));
  return runs.map((run, i) => {
    for (let length = 1; length <= depth; length++) {
      const tail = (path: readonly string[]) => path.slice(-length).join("/");
      const name = tail(parts[i]!);
      if (parts.every((path, j) => j === i || tail(path) !== name)) {
        return { ...run, name };
      }
    }
    return run;
  });
}
