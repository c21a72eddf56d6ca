import type { SettingsInput } from "../settings/settings.ts";
import type { Arm, ExperimentPlan, Method, TrainedMethod } from "./plan.ts";

/** One run of an experiment: an ordinary run of `train` or `sft`. */
export interface Job {
  /** How the run trains, or that it only evaluates. */
  readonly method: Method;
  /** The arm's label. */
  readonly arm: string;
  /** Seed of the run. */
  readonly seed: number;
  /** Default: the settings' learning rate. */
  readonly learningRate?: number;
  /** Of the run, from the experiment's folder on. */
  readonly folder: string;
  /** The command that makes the run. */
  readonly task: "train" | "sft";
  /** All that the run sets itself; the rest are defaults. */
  readonly settings: SettingsInput;
}

/** The runs that learning rates are chosen by: judged by the validation half of the data. */
export function tuningJobs(plan: ExperimentPlan): Job[] {
  const { tuningSeed: seed, learningRates, model, settings } = plan;
  const arm = plan.arms.find(({ label }) => label === plan.tuningArm)!;
  return (["sft", "rft"] as const).flatMap((method) =>
    // There is nothing to choose from one.
    learningRates[method].length === 1 ? [] : learningRates[method].map((rate) =>
      job({
        method,
        arm,
        seed,
        learningRate: rate,
        folder: `tuning/${method}-${rate}`,
        settings: { model, ...settings, ...judgedBy(arm, "validation") },
      })
    )
  );
}

/**
 * The runs that the figures come from, judged by the test half: of each arm and seed the model
 * as it is, SFT and RFT. The runs of one seed see the same images and questions.
 */
export function testJobs(
  plan: ExperimentPlan,
  chosen: Readonly<Record<TrainedMethod, number>>,
): Job[] {
  const { probes, metric, model } = plan;
  // First the baselines, whose answers the others share, and then the longest.
  return (["baseline", "rft", "sft"] as const).flatMap((method) =>
    plan.arms.flatMap((arm) =>
      plan.seeds.map((seed) =>
        job({
          method,
          arm,
          seed,
          ...method !== "baseline" && { learningRate: chosen[method] },
          folder: `runs/${arm.label}/${method}-seed-${seed}`,
          settings: {
            model,
            ...plan.settings,
            ...judgedBy(arm, "test"),
            probe: probes,
            ...metric === "map" && { banNoObjects: true },
          },
        })
      )
    )
  );
}

function judgedBy({ data, testData }: Arm, part: "validation" | "test"): SettingsInput {
  return testData === undefined
    ? { data: `${data},part=${part}` }
    : { data, testData: `${testData},part=${part}` };
}

function job(
  { arm, settings, ...rest }: Omit<Job, "arm" | "task"> & { readonly arm: Arm },
): Job {
  const { method, seed, learningRate } = rest;
  const task = method === "sft" ? "sft" : "train";
  const own = { seed, ...learningRate !== undefined && { learningRate } };
  // The model as it is: a run of no steps, which needs no reference.
  const still = method === "baseline" && { steps: 0, beta: 0 };
  return { ...rest, arm: arm.label, task, settings: { ...settings, ...own, ...still } };
}
