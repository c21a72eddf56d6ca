/**
 * The command line: `deno task train|sft|evaluate [flags]`. What a task may do stands in
 * deno.json; what the settings at hand do not need of it is given up before anything else.
 *
 * Exit codes: 0 done; 2 something cannot be used or done, told in one sentence on standard
 * error (where the environment variable DEBUG is set, with its stack); 130 interrupted, with a
 * checkpoint saved.
 *
 * @module
 */
import { concatMap, lastValueFrom } from "npm:rxjs@7.8.2";
import { downloadBar } from "./download_bar.ts";
import { figuresTable } from "./figures_table.ts";
import { readFlags } from "./flags.ts";
import { giveUpPermissions } from "./least_permission.ts";
import type { EvaluationRecord, MetricsRecord } from "../run_folder/metrics.ts";
import { type Interrupt, onInterrupt } from "./on_interrupt.ts";
import { optionsAsFlags } from "./options_as_flags.ts";
import { type ProgressBar, progressBar } from "./progress_bar.ts";
import { readConfig } from "./read_config.ts";
import type { TrainParts } from "../train/train_parts.ts";
import { runCommand } from "./run_command.ts";
import type { Task } from "../settings/setting.ts";
import type { SettingsInput } from "../settings/settings.ts";
import { SETTINGS } from "../settings/table.ts";
import { checkTrusted } from "../open/trust.ts";

const TASKS: readonly Task[] = ["train", "sft", "evaluate"];

/**
 * Runs a command; resolves to its exit code.
 *
 * @param parts Of a run, in place of the usual ones.
 * @param prepare Called with the settings, before they are used.
 */
export function main(
  [name, ...args]: readonly string[],
  parts: TrainParts = {},
  prepare: (settings: SettingsInput) => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  return runCommand(name ?? "train", async () => {
    const task = TASKS.find((task) => task === name);
    if (!task) throw new TypeError(`Give one of the commands ${TASKS.join(", ")}`);
    const flags = readFlags(task, args);
    if (typeof flags === "string") {
      console.log(flags.trimEnd());
      return 0;
    }
    const config = flags.config === undefined ? {} : await readConfig(flags.config);
    if (flags.config !== undefined) checkTrusted(flags.config, config, flags.settings);
    const settings = { ...config, ...flags.settings };
    await prepare(settings);
    const json = flags.json || !Deno.stdout.isTerminal();
    if (task === "evaluate") return await evaluateModel(settings, json);
    return await runTask(task, settings, json, parts);
  }, args);
}

async function runTask(
  task: "train" | "sft",
  settings: SettingsInput,
  json: boolean,
  parts: TrainParts,
): Promise<number> {
  const stop = onInterrupt(
    "Stopping, and saving a checkpoint; once more to quit at once.",
  );
  const show = json ? jsonLines(stop) : () => Promise.resolve();
  const people = forPeople(task, json);
  const fetching = downloadBar(console.error);
  try {
    // Loaded here: flags and --help need no more than the settings.
    const { train } = await import("../train/train.ts");
    const { fineTune } = await import("../train/sft.ts");
    const start = task === "train" ? train : fineTune;
    const onWatch = (url: string) => console.error(`live: ${url}`);
    const records = start(settings, { fetching, onWatch, ...parts, stop: stop.signal });
    const shown = records.pipe(concatMap(async (record) => {
      await show(record);
      people.show(record);
      return record;
    }));
    const last = await lastValueFrom(shown);
    return last.type === "done" ? 0 : 130;
  } catch (error) {
    if (!stop.signal.aborted || error !== stop.signal.reason) throw error;
    console.error("Stopped before the first step: the same command begins again");
    return 130;
  } finally {
    fetching.stop();
    people.end();
    stop.end();
  }
}

async function evaluateModel(settings: SettingsInput, json: boolean): Promise<number> {
  if (settings.predictions !== undefined || settings.annotations !== undefined) {
    return await scoreFile(settings, json);
  }
  const { evaluateFolder } = await import("../evaluate/evaluate_folder.ts");
  const fetching = downloadBar(console.error);
  let record: EvaluationRecord;
  try {
    record = await evaluateFolder(settings, fetching);
  } finally {
    fetching.stop();
  }
  const columns = { [settings.model ?? "emoji"]: record.figures };
  if (json) await writeLine(record);
  else console.log(figuresTable(record.split, columns));
  return 0;
}

async function scoreFile(settings: SettingsInput, json: boolean): Promise<number> {
  const { scorePredictions } = await import(
    "../evaluate/predictions/score_predictions.ts"
  );
  const { scoreTable } = await import("./score_table.ts");
  const score = await scorePredictions(settings);
  if (json) await writeLine(score);
  else console.log(scoreTable(score));
  return 0;
}

/** What people see: a bar while steps are made, and a table at the end. */
function forPeople(task: string, json: boolean) {
  // Standard output belongs to the JSON lines where there are any.
  const say = json ? console.error : console.log;
  const draws = !(json && Deno.stdout.isTerminal());
  let bar: ProgressBar | undefined, steps = 0;
  return {
    show(record: MetricsRecord) {
      switch (record.type) {
        case "config":
          say(`${task}: model ${record.model}; ${record.engine}`);
          say(`data: ${record.data.describe}`);
          if (record.settings.evalSamples > 0 && record.data.heldOut.questions !== 0) {
            say("held-out questions are asked before the first step and after the last");
          }
          steps = record.settings.steps;
          if (draws) bar = progressBar(steps);
          break;
        case "step":
          bar?.show(record);
          break;
        case "alarm":
          bar?.stop(); // the next step draws another one below
          say(optionsAsFlags(record.message, Object.keys(SETTINGS)));
          if (bar) bar = progressBar(steps);
          break;
        case "done": {
          bar?.stop();
          const { before, after, run, seconds } = record;
          if (Object.keys(after).length > 0) {
            say(figuresTable("held-out", { before, after }));
          }
          say(`${seconds.toFixed(0)} s; metrics, completions and model are in ${run}`);
        }
      }
    },
    end: () => bar?.stop(),
  };
}

/** Writes records to standard output; a reader that has gone ends the run in order. */
function jsonLines({ stop }: Interrupt) {
  return async (record: MetricsRecord) => {
    try {
      await writeLine(record);
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      stop();
    }
  };
}

async function writeLine(value: unknown): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(value) + "\n");
  for (let sent = 0; sent < bytes.length;) {
    sent += await Deno.stdout.write(bytes.subarray(sent));
  }
}

if (import.meta.main) {
  Deno.exit(await main(Deno.args, {}, giveUpPermissions));
}
