import { concatMap, lastValueFrom } from "npm:rxjs@7.8.2";
import type { MetricsRecord } from "../run_folder/metrics.ts";
import { beginRun, type BegunRun } from "../run/begin_run.ts";
import { SETTINGS } from "../settings/table.ts";
import type { TrainParts } from "../train/train_parts.ts";
import type { CliCommand } from "./command.ts";
import { downloadBar } from "./download_bar.ts";
import { figuresTable } from "./figures_table.ts";
import { giveUpPermissions } from "./least_permission.ts";
import { type Interrupt, onInterrupt } from "./on_interrupt.ts";
import { optionsAsFlags } from "./options_as_flags.ts";
import { type ProgressBar, progressBar } from "./progress_bar.ts";
import { addSettingFlags, readSettings } from "./setting_flags.ts";
import { writeLine } from "./write_line.ts";

/** `deno task train`: a run of GRPO. */
export const train: CliCommand = trainingCommand("train");

/** `deno task sft`: a run of supervised fine-tuning. */
export const sft: CliCommand = trainingCommand("sft");

function trainingCommand(task: "train" | "sft"): CliCommand {
  return {
    declare: (command) => addSettingFlags(command, [task]),
    async run(command, { parts, ownsProcess }) {
      const settings = await readSettings(command);
      const json = command.opts().json || !Deno.stdout.isTerminal();
      const begun = await beginRun(settings);
      if (ownsProcess) await giveUpPermissions(begun.settings);
      return await runTask(task, begun, json, parts);
    },
  };
}

async function runTask(
  task: "train" | "sft",
  begun: BegunRun,
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
    // Loaded here: --help and faults in flags need neither tensors nor images, and permissions
    // are given up before the packages of either are loaded.
    const { continueRun } = await import("../train/start_run.ts");
    const onWatch = (url: string) => console.error(`live: ${url}`);
    const all = { fetching, onWatch, ...parts, stop: stop.signal };
    const records = continueRun(task, begun, all);
    const shown = records.pipe(concatMap(async (record) => {
      await show(record);
      people.show(record);
      return record;
    }));
    const last = await lastValueFrom(shown);
    return last.type === "done" ? 0 : 130;
  } catch (error) {
    if (!stop.signal.aborted || error !== stop.signal.reason) throw error;
    console.error("Stopped before the first step: run the same command to start again");
    return 130;
  } finally {
    fetching.stop();
    people.end();
    stop.end();
  }
}

/** What people see: a bar during the steps, and a table at the end. */
function forPeople(task: string, json: boolean) {
  // JSON lines have standard output to themselves.
  const say = json ? console.error : console.log;
  const draws = !(json && Deno.stdout.isTerminal());
  let bar: ProgressBar | undefined, steps = 0;
  return {
    show(record: MetricsRecord) {
      switch (record.type) {
        case "config":
          say(`${task}: model ${record.model}; ${record.engine}`);
          say(`data: ${record.data.describe}`);
          for (const note of record.data.notes ?? []) say(`  ${note}`);
          if (record.settings.evalSamples > 0 && record.data.heldOut.questions !== 0) {
            say("evaluating before and after training");
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

/** Writes records to standard output; if its reader is gone, the run ends in order. */
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
