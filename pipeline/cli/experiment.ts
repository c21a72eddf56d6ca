import { lastValueFrom, tap } from "npm:rxjs@7.8.2";
import type { ExperimentRecord } from "../experiment/experiment.ts";
import { EXPERIMENT_NAMES, planExperiment } from "../experiment/experiments.ts";
import type { Job } from "../experiment/jobs.ts";
import { settingRows } from "../settings/settings.ts";
import type { CliCommand } from "./command.ts";
import { addFlags, flagOption, flagValues } from "./flag.ts";
import { onInterrupt } from "./on_interrupt.ts";
import { readSettings } from "./setting_flags.ts";

/** Settings of a run that an experiment decides by itself. */
const DECIDED = [
  "seed",
  "learningRate",
  "resume",
  "probe",
  "banNoObjects",
  "watch",
  "watchPort",
  "evalCache",
] as const;

const FLAGS = {
  seeds: {
    kind: "text",
    value: "list",
    default: "0,1,2",
    about: "Seeds of the runs that the figures come from",
  },
  shots: {
    kind: "text",
    value: "list",
    about: "Images of each category, an arm each",
  },
  sftLearningRates: {
    kind: "text",
    value: "list",
    about: "Learning rates of SFT to choose from by the validation half",
  },
  rftLearningRates: {
    kind: "text",
    value: "list",
    about: "Learning rates of RFT to choose from by the validation half",
  },
  jobs: {
    kind: "count",
    least: 1,
    unset: "for the embedded model as many as cores and memory allow, else 1",
    about: "Runs side by side, each in a process of its own",
  },
  out: {
    kind: "text",
    value: "folder",
    unset: "runs/<name>",
    about: "Folder of the experiment, new or one to resume",
  },
  json: { kind: "switch", about: "Write records as JSON lines instead of tables" },
  config: {
    kind: "text",
    value: "file",
    about: "JSON file of settings of all runs in camelCase; flags override it",
  },
} as const;

/** `deno task experiment`: an experiment of the paper, from data to table. */
export const experiment: CliCommand = {
  declare(command) {
    command.argument("[name]", `One of ${EXPERIMENT_NAMES.join(", ")}, or all`);
    addFlags(command, FLAGS);
    for (const [name, row] of settingRows()) {
      const isOfRuns = row.tasks.includes("train") || row.tasks.includes("sft");
      if (!isOfRuns || Object.hasOwn(FLAGS, name)) continue;
      command.addOption(flagOption(name, row).hideHelp());
    }
    command.addHelpText(
      "after",
      "\nFlags of train and sft hold for all runs: `deno task train --help` lists them. The " +
        "experiment\ndecides seed and learning rate. If it is interrupted, the same command " +
        "resumes it.",
    );
  },
  async run(command) {
    const [name] = command.args;
    if (name === undefined) {
      throw new TypeError(`Give a NAME: one of ${EXPERIMENT_NAMES.join(", ")}, or all`);
    }
    const options = flagValues(command, FLAGS);
    const { trustCode: _, acceptChanges: __, model, data, testData, ...settings } =
      await readSettings(command, ["out"]);
    for (const decided of DECIDED) {
      if (settings[decided] === undefined) continue;
      throw new TypeError(`${decided} is decided by the experiment: leave it out`);
    }
    const names = name === "all" ? EXPERIMENT_NAMES : [name];
    const plans = names.map((one) =>
      planExperiment(one, {
        ...{ model, data, testData, settings },
        seeds: numbers("seeds", options.seeds),
        shots: numbers("shots", options.shots),
        learningRates: {
          sft: numbers("sftLearningRates", options.sftLearningRates),
          rft: numbers("rftLearningRates", options.rftLearningRates),
        },
      })
    );
    const stop = onInterrupt(
      "Stopping, and saving checkpoints; once more to quit at once.",
    );
    try {
      const { experiment } = await import("../experiment/experiment.ts");
      for (const plan of plans) {
        const out = name === "all"
          ? `${options.out ?? "runs"}/${plan.name}`
          : options.out ?? `runs/${plan.name}`;
        const show = options.json ? writeRecord : forPeople(plan.name);
        const records = experiment(plan, { out, jobs: options.jobs, stop: stop.signal });
        const last = await lastValueFrom(records.pipe(tap(show)));
        if (last.type === "stopped") return 130;
      }
      return 0;
    } finally {
      stop.end();
    }
  },
};

function numbers(name: string, text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined;
  return text.split(",").map((part) => {
    const value = Number(part);
    if (part.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
    throw new RangeError(
      `${name} must be a list of numbers, as in 1,2: it is ${JSON.stringify(text)}`,
    );
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
        return console.error(`${name}: ${said(record.job)} starts`);
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
          `Stopped; the same command resumes what is in ${record.folder}`,
        );
    }
  };
}

const SHOWN = ["map", "absent_right", "accuracy", "grounding_mean_iou"];

function said({ method, arm, seed, learningRate }: Job): string {
  return `${arm} ${method}, seed ${seed}` +
    (learningRate === undefined ? "" : `, learning rate ${learningRate}`);
}
