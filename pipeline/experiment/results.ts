import { mean, sampleDeviation } from "../../data/statistics.ts";
import deno from "../../deno.json" with { type: "json" };
import type { Figures } from "../../stages/records.ts";
import type { Job } from "./jobs.ts";
import type { ExperimentPlan, Method, TrainedMethod } from "./plan.ts";
import type { ExperimentResults, MethodResult, Spread } from "./results_file.ts";
import type { RunResult } from "./run_result.ts";

/** Spreads by name of figure. */
type Spreads = Readonly<Record<string, Spread>>;

/** A job and what its run was worth. */
export interface FinishedJob {
  /** What was run. */
  readonly job: Job;
  /** Figures, time and tokens of its run. */
  readonly result: RunResult;
}

/**
 * The learning rate with the best metric on the validation half, of each method; of equal ones
 * the lowest.
 */
export function chooseLearningRates(
  { learningRates, metric }: ExperimentPlan,
  tuned: readonly FinishedJob[],
): ExperimentResults["tuning"] {
  const of = (method: TrainedMethod) => {
    const own = tuned.filter(({ job }) => job.method === method);
    // In the grid's order: runs side by side end in any.
    const tried = own
      .toSorted((a, b) => a.job.learningRate! - b.job.learningRate!)
      .map(({ job, result }) => ({
        learningRate: job.learningRate!,
        value: result.figures[metric] ?? 0,
        run: job.folder,
      }));
    const best = Math.max(...tried.map(({ value }) => value));
    const chosen = tried.find(({ value }) => value === best)?.learningRate ??
      learningRates[method][0]!;
    return { chosen, tried };
  };
  return { sft: of("sft"), rft: of("rft") };
}

/** Puts the results of all runs together. */
export function experimentResults(
  plan: ExperimentPlan,
  tuned: readonly FinishedJob[],
  tested: readonly FinishedJob[],
): ExperimentResults {
  const { name, title, metric, model, seeds } = plan;
  const tuning = chooseLearningRates(plan, tuned);
  // In order, since a sum's rounding depends on it and runs end in any.
  const seconds = [...tuned, ...tested].map(({ result }) => result.seconds)
    .sort((a, b) => a - b);
  return {
    type: "experiment",
    version: deno.version,
    ...{ name, title, metric, model, tuning, plan },
    arms: plan.arms.map(({ label, shots, data, testData }) => {
      const methodResult = (method: Method): MethodResult => {
        const runs = seeds.map((seed) =>
          tested.find(({ job }) =>
            job.arm === label && job.method === method && job.seed === seed
          )!
        );
        return resultOf(runs);
      };
      return {
        label,
        ...shots !== undefined && { shots },
        data,
        ...testData !== undefined && { testData },
        methods: {
          baseline: methodResult("baseline"),
          sft: methodResult("sft"),
          rft: methodResult("rft"),
        },
      };
    }),
    seconds: seconds.reduce((sum, value) => sum + value, 0),
  };
}

function resultOf(runs: readonly FinishedJob[]): MethodResult {
  const results = runs.map(({ result }) => result);
  const [first] = runs;
  const { learningRate } = first!.job;
  const categories = results.map((result) => result.categories);
  const isSame = new Set(categories.map((one) => Object.keys(one).sort().join("\n")));
  const probes = Object.keys(first!.result.probes);
  return {
    ...learningRate !== undefined && { learningRate },
    steps: first!.result.steps,
    runs: runs.map(({ job }) => job.folder),
    figures: spreads(results.map(({ figures }) => figures)),
    categories: isSame.size === 1 ? spreads(categories) : {},
    probes: Object.fromEntries(
      probes.map((name) => [name, spreads(results.map(({ probes }) => probes[name]!))]),
    ),
    seconds: spread(results.map(({ seconds }) => seconds)),
    tokens: spread(results.map(({ tokens }) => tokens)),
  };
}

function spreads(figures: readonly Figures[]): Spreads {
  const names = Object.keys(figures[0] ?? {})
    .filter((name) => figures.every((one) => one[name] !== undefined));
  return Object.fromEntries(
    names.map((name) => [name, spread(figures.map((one) => one[name]!))]),
  );
}

/** Mean and unbiased standard deviation. */
export function spread(values: readonly number[]): Spread {
  return { mean: mean(values), sd: sampleDeviation(values), values };
}
