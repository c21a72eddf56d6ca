import {
  catchError,
  concat,
  concatAll,
  concatMap,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  type Observable,
  range,
} from "npm:rxjs@7.8.2";
import { fromAbortable } from "../../stages/from_abortable.ts";
import type { AlarmRecord, MetricsRecord } from "../run_folder/metrics.ts";
import type { BegunRun } from "./begin_run.ts";
import { done, endedEarly } from "./end_run.ts";
import { evaluation, probes } from "./evaluation.ts";
import { grpoStep } from "./grpo_step.ts";
import { type Journal, openJournal } from "./journal.ts";
import { openRun } from "./open_run.ts";
import type { OpenedRun } from "./opened_run.ts";
import type { RunParts } from "./run_parts.ts";
import { saveRun } from "./save_run.ts";
import { evaluationDue, saveDue } from "./schedule.ts";
import { sftStep } from "./sft_step.ts";
import { trainingStep } from "./training_step.ts";

/** How each task makes a step. */
const STEPS = { train: grpoStep, sft: sftStep };

/**
 * A run from its opening to its end, as a cold Observable of its records. A record is emitted
 * after it is in the run folder's metrics.jsonl.
 */
export function run(
  task: "train" | "sft",
  begun: BegunRun,
  parts: RunParts,
): Observable<MetricsRecord> {
  return fromAbortable((signal) => openRun(task, begun, parts, signal)).pipe(
    concatMap((opened) => course(opened).pipe(finalize(() => opened.close()))),
  );
}

/** The course of a run: its steps one after another, with what is due after each. */
function course(run: OpenedRun): Observable<MetricsRecord> {
  const { config, start, settings: { steps } } = run;
  const journal = openJournal(run.lines, start);
  const makeStep = STEPS[config.task](run);
  const made = range(start.step, steps - start.step + 1).pipe(
    concatMap((step) =>
      concat(
        unlessStopped(run),
        step > start.step ? trainingStep(run, journal, makeStep, step) : EMPTY,
        evaluationIfDue(run, journal, step),
        step > start.step ? checkpointIfDue(run, journal, step) : EMPTY,
      )
    ),
  );
  return concat(
    beginning(run, journal),
    made,
    probes(run, journal),
    done(run, journal),
  ).pipe(catchError((error) => endedEarly(run, journal, error)));
}

/** The first records: the configuration, and what is amiss in a run that is resumed. */
function beginning(run: OpenedRun, journal: Journal): Observable<MetricsRecord> {
  return defer(async () => {
    const { config, isNews, notices, start: { step } } = run;
    const alarms = notices.map((message): AlarmRecord => (
      { type: "alarm", name: "resume", step, message }
    ));
    await journal.write([...isNews ? [config] : [], ...alarms]);
    return [config, ...alarms];
  }).pipe(concatAll());
}

/** An evaluation that was made before the run was resumed is not made again. */
function evaluationIfDue(
  run: OpenedRun,
  journal: Journal,
  step: number,
): Observable<MetricsRecord> {
  return defer(() => {
    const due = evaluationDue(step, run.settings) && run.data.heldOut.size > 0;
    return due && !journal.progress.evaluated ? evaluation(run, journal, step) : EMPTY;
  });
}

function checkpointIfDue(
  run: OpenedRun,
  journal: Journal,
  step: number,
): Observable<never> {
  if (!saveDue(step, run.settings)) return EMPTY;
  return defer(() => saveRun(run, journal)).pipe(ignoreElements());
}

function unlessStopped({ stop }: OpenedRun): Observable<never> {
  return defer(() => {
    stop?.throwIfAborted();
    return EMPTY;
  });
}
