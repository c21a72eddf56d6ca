import { join } from "node:path";
import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  from,
  ignoreElements,
  map,
  mergeMap,
  type Observable,
  of,
  type OperatorFunction,
  throwError,
} from "npm:rxjs@7.8.2";
import { canonicalJson, differingKeys } from "../../data/files/canonical_json.ts";
import { fromAbortable } from "../../stages/from_abortable.ts";
import { checkUnused } from "../run_folder/check_unused.ts";
import { LARGE_JSON, readJsonIfThere } from "../../data/files/read_json.ts";
import { writeFile } from "../../data/files/write_file.ts";
import { type Job, testJobs, tuningJobs } from "./jobs.ts";
import type { ExperimentPlan } from "./plan.ts";
import { chooseLearningRates, experimentResults, type FinishedJob } from "./results.ts";
import type { ExperimentResults } from "./results_file.ts";
import { resultsTable } from "./results_table.ts";
import { isDone, runJob } from "./run_job.ts";
import { readRunResult } from "./run_result.ts";
import { freeMemory } from "../../stages/engine/free_memory.ts";
import { sideBySide } from "./side_by_side.ts";

/** What happens in an experiment. */
export type ExperimentRecord =
  /** A run that was not done yet begins. */
  | { readonly type: "run"; readonly job: Job }
  /** A run has ended, of so many; figures of runs that were done before come at once. */
  | {
    readonly type: "finished";
    readonly job: Job;
    readonly result: FinishedJob["result"];
    readonly number: number;
    readonly of: number;
  }
  /** Results.json and results.md are written; the last record. */
  | {
    readonly type: "results";
    readonly results: ExperimentResults;
    readonly table: string;
    readonly folder: string;
  }
  /** `stop` was aborted; the last record then. The same call resumes. */
  | { readonly type: "stopped"; readonly folder: string };

/** How an experiment is made. */
export interface ExperimentOptions {
  /** The experiment's folder: new, or one of the same plan, which is resumed. */
  readonly out: string;
  /**
   * Runs side by side, each in a process of its own. Default: of the embedded model as many as
   * cores and memory allow, of another one 1; see `sideBySide`.
   */
  readonly jobs?: number;
  /** Saves checkpoints and ends the experiment in order. */
  readonly stop?: AbortSignal;
}

/**
 * Makes an experiment: chooses learning rates by the validation half of the held-out questions,
 * then runs baseline, SFT and RFT over all arms and seeds, judged by the test half, and writes
 * experiment.json, results.json and results.md into its folder. A cold Observable.
 *
 * Runs are processes of their own, with folders like any other; runs that are done are not made
 * again. Needs the permissions to run and to write.
 *
 * @throws {RangeError} As an error of the stream, if the folder has another plan.
 * @throws {Error} As an error of the stream, if a run fails.
 *
 * @example
 * ```ts
 * import { experiment } from "./experiment.ts";
 * import { planExperiment } from "./experiments.ts";
 *
 * function compare() {
 *   const plan = planExperiment("few-shot-detection", { shots: [4], seeds: [0, 1, 2] });
 *   return experiment(plan, { out: "runs/detection", jobs: 2 }).subscribe((record) => {
 *     if (record.type === "results") console.log(record.table);
 *   });
 * }
 * ```
 */
export function experiment(
  plan: ExperimentPlan,
  { out, jobs = defaultJobs(plan), stop }: ExperimentOptions,
): Observable<ExperimentRecord> {
  return defer(() => {
    const tuned: FinishedJob[] = [], tested: FinishedJob[] = [];
    const total = tuningJobs(plan).length + testJobs(plan, { sft: 0, rft: 0 }).length;
    const make = (list: readonly Job[], finished: FinishedJob[]) =>
      concat(
        from(list).pipe(
          mergeMap((job) => jobRecords(out, job, jobs, stop), jobs),
          map((record): ExperimentRecord => {
            if (record.type === "run") return record;
            finished.push(record);
            return { ...record, number: tuned.length + tested.length, of: total };
          }),
        ),
        // Not before all runs that were under way have ended.
        defer(() => stop?.aborted ? throwError(() => stop.reason) : EMPTY),
      );
    const rates = () => {
      const { sft, rft } = chooseLearningRates(plan, tuned);
      return { sft: sft.chosen, rft: rft.chosen };
    };
    return concat(
      defer(() => checkPlan(plan, out)).pipe(ignoreElements()),
      defer(() => make(tuningJobs(plan), tuned)),
      defer(() => make(testJobs(plan, rates()), tested)),
      defer(() => writeResults(plan, out, tuned, tested)),
    );
  }).pipe(unlessStopped(stop, of({ type: "stopped" as const, folder: out })));
}

function defaultJobs({ model }: ExperimentPlan): number {
  return sideBySide(model, navigator.hardwareConcurrency, freeMemory());
}

/** What happens with one job, nothing if it is stopped; unsubscribing stops its run. */
function jobRecords(
  out: string,
  job: Job,
  jobs: number,
  stop: AbortSignal | undefined,
) {
  const run = join(out, job.folder);
  // Runs side by side share the cores.
  const workers = jobs === 1
    ? undefined
    : Math.max(1, Math.floor(navigator.hardwareConcurrency / jobs));
  return defer(() => isDone(run)).pipe(
    concatMap((done) =>
      concat(
        done || stop?.aborted ? EMPTY : of({ type: "run" as const, job }),
        fromAbortable(async (signal) => {
          if (!done) await runJob(out, job, workers, signal);
          return { type: "finished" as const, job, result: await readRunResult(run) };
        }, stop),
      )
    ),
    unlessStopped(stop, EMPTY),
  );
}

function unlessStopped<T, U>(
  stop: AbortSignal | undefined,
  otherwise: Observable<U>,
): OperatorFunction<T, T | U> {
  return catchError((error) =>
    stop?.aborted && error === stop.reason ? otherwise : throwError(() => error)
  );
}

async function writeResults(
  plan: ExperimentPlan,
  out: string,
  tuned: readonly FinishedJob[],
  tested: readonly FinishedJob[],
): Promise<ExperimentRecord> {
  const results = experimentResults(plan, tuned, tested);
  const table = resultsTable(results);
  await writeFile(join(out, "results.json"), JSON.stringify(results, null, 2) + "\n");
  await writeFile(join(out, "results.md"), table);
  return { type: "results", results, table, folder: out };
}

/** Writes the plan into a new folder, or checks that an older folder has the same plan. */
async function checkPlan(plan: ExperimentPlan, out: string): Promise<void> {
  const file = join(out, "experiment.json");
  const before = await readJsonIfThere(file, LARGE_JSON);
  if (before === undefined) {
    await checkUnused(out);
    return await writeFile(file, JSON.stringify(plan, null, 2) + "\n");
  }
  const now: unknown = JSON.parse(JSON.stringify(plan)); // without what is undefined
  if (canonicalJson(before) === canonicalJson(now)) return;
  const keys = differingKeys(
    before as Record<string, unknown>,
    now as Record<string, unknown>,
  );
  throw new RangeError(
    `${out} holds another experiment: ${keys.join(", ")} differ from ${file}; ` +
      "choose another option out, or give the same options as then",
  );
}
