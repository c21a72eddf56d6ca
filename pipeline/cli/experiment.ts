/**
 * `deno task experiment NAME [flags]`: an experiment of the paper, from data to table.
 *
 * Flags of a run (`--steps 100`, `--beta 0`, `--lora-r 16`, …) hold for all of its runs. Exit
 * codes: 0 done; 2 something cannot be used or done, told in one sentence on standard error; 130
 * interrupted: the same command goes on.
 *
 * @module
 */
import { Command } from "npm:commander@15.1.0";
import { lastValueFrom, tap } from "npm:rxjs@7.8.2";
import { readFlags } from "./flags.ts";
import { onInterrupt } from "./on_interrupt.ts";
import { readConfig } from "./read_config.ts";
import { checkTrusted } from "../open/trust.ts";
import { runCommand } from "./run_command.ts";
import type { SettingsInput } from "../settings/settings.ts";
import { experiment, type ExperimentRecord } from "../experiment/experiment.ts";
import { EXPERIMENT_NAMES, planExperiment } from "../experiment/experiments.ts";
import type { Job } from "../experiment/jobs.ts";

/** Settings of a run that an experiment decides by itself. */
const DECIDED = [
  "seed",
  "learningRate",
  "resume",
  "probe",
  "banNoObjects",
  "watch",
  "watchPort",
] as const;

/** The command's own flags, as they stand on the line. */
interface Options {
  readonly seeds?: string;
  readonly shots?: string;
  readonly sftLearningRates?: string;
  readonly rftLearningRates?: string;
  readonly jobs?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Runs the command; resolves to its exit code. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand("experiment", async () => {
    const command = new Command("deno task experiment")
      .argument("[name]", `${EXPERIMENT_NAMES.join(", ")}, or all`)
      .usage("<name> [flags] [flags of deno task train]")
      .description("Compare a model as it is, SFT and RFT, over several seeds.")
      .option("--seeds <list>", "of the runs behind the figures", "0,1,2")
      .option("--shots <list>", "pictures of each category, one arm each")
      .option("--sft-learning-rates <list>", "to choose from, by the validation half")
      .option("--rft-learning-rates <list>", "to choose from, by the validation half")
      .option("--jobs <count>", "runs side by side, a process each", "1")
      .option("--out <folder>", "new, or to go on with (default: runs/<name>)")
      .option("--json", "records as JSON lines in place of the tables")
      .allowUnknownOption()
      .allowExcessArguments()
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .parse([...args], { from: "user" });
    const [name, ...rest] = command.args;
    if (name === undefined) {
      throw new TypeError(`name one of ${EXPERIMENT_NAMES.join(", ")}, or all`);
    }
    const options = command.opts<Options>();
    const flags = readFlags("train", rest, ["sft"]);
    if (typeof flags === "string") throw new TypeError("--help stands before the name");
    const config = flags.config === undefined ? {} : await readConfig(flags.config);
    if (flags.config !== undefined) checkTrusted(flags.config, config, flags.settings);
    const { trustCode: _, acceptChanges: __, ...given } = {
      ...config,
      ...flags.settings,
    };
    const { model, data, testData, ...settings } = given;
    for (const decided of DECIDED) {
      if ((settings as SettingsInput)[decided] === undefined) continue;
      throw new TypeError(
        `${decided} is decided by the experiment: leave it out`,
      );
    }
    const names = name === "all" ? EXPERIMENT_NAMES : [name];
    const plans = names.map((one) =>
      planExperiment(one, {
        ...{ model, data, testData, settings },
        seeds: numbers("--seeds", options.seeds),
        shots: numbers("--shots", options.shots),
        learningRates: {
          sft: numbers("--sft-learning-rates", options.sftLearningRates),
          rft: numbers("--rft-learning-rates", options.rftLearningRates),
        },
      })
    );
    const [jobs = NaN] = numbers("--jobs", options.jobs) ?? [];
    if (!Number.isSafeInteger(jobs) || jobs < 1) {
      throw new RangeError(`--jobs is a whole number of at least 1, not ${options.jobs}`);
    }
    const stop = onInterrupt(
      "Stopping, and saving checkpoints; once more to quit at once.",
    );
    try {
      for (const plan of plans) {
        const out = name === "all"
          ? `${options.out ?? "runs"}/${plan.name}`
          : options.out ?? `runs/${plan.name}`;
        const show = options.json ? writeRecord : forPeople(plan.name);
        const records = experiment(plan, { out, jobs, stop: stop.signal });
        const last = await lastValueFrom(records.pipe(tap(show)));
        if (last.type === "stopped") return 130;
      }
      return 0;
    } finally {
      stop.end();
    }
  }, args);
}

function numbers(flag: string, text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined;
  return text.split(",").map((part) => {
    const value = Number(part);
    if (part.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
    throw new RangeError(`${flag} is a list of numbers, as in 1,2: it is ${text}`);
  });
}

function writeRecord(record: ExperimentRecord): void {
  console.log(JSON.stringify(record));
}

/** What people see; tables go to standard output, all else to standard error. */
function forPeople(name: string) {
  const began = performance.now();
  return (record: ExperimentRecord) => {
    switch (record.type) {
      case "run":
        return console.error(`${name}: ${said(record.job)} begins`);
      case "finished": {
        const { job, result, number, of } = record;
        const figures = Object.entries(result.figures)
          .filter(([figure]) => SHOWN.includes(figure))
          .map(([figure, value]) => `${figure} ${value.toFixed(3)}`);
        return console.error(
          `${name}: ${number}/${of} ${said(job)}: ${figures.join(", ")}; ` +
            `${result.seconds.toFixed(0)} s`,
        );
      }
      case "results":
        console.log(record.table);
        return console.error(
          `${((performance.now() - began) / 60_000).toFixed(1)} min; results.json, ` +
            `results.md and all runs are in ${record.folder}`,
        );
      case "stopped":
        return console.error(
          `Stopped; the same command goes on with what is in ${record.folder}`,
        );
    }
  };
}

const SHOWN = ["map", "absent_right", "accuracy", "grounding_mean_iou"];

function said({ method, arm, seed, learningRate }: Job): string {
  return `${arm} ${method}, seed ${seed}` +
    (learningRate === undefined ? "" : `, learning rate ${learningRate}`);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
