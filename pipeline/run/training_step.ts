import { concat, concatMap, defer, EMPTY, type Observable, range } from "npm:rxjs@7.8.2";
import type { Question } from "../../data/questions/question.ts";
import type { Figures } from "../../stages/records.ts";
import { watchStep } from "../alarms/alarms.ts";
import { MOST_SKIPPED, onlySkips, skippedAlarm } from "../alarms/guard_steps.ts";
import type { AlarmRecord, StepRecord } from "../run_folder/metrics.ts";
import { type Journal, secondsSince } from "./journal.ts";
import type { OpenedRun } from "./opened_run.ts";
import { lowerRateCommand } from "./resume_command.ts";
import { saveRun } from "./save_run.ts";

/**
 * Makes one optimiser step on a step's questions and emits its figures, once: those of
 * {@linkcode StepFigures} and others.
 */
export type MakeStep = (
  questions: Observable<Question>,
  step: number,
) => Observable<Figures>;

/** The figures that every step has. */
interface StepFigures extends Figures {
  readonly loss: number;
  readonly grad_norm: number;
  readonly learning_rate: number;
  /** Of this step alone. */
  readonly num_tokens: number;
}

/**
 * A step of a run: makes it, writes its record and alarms, and emits them.
 *
 * @throws {RangeError} As an error of the stream, if this step and those just before it were all
 * skipped: a checkpoint with the last good weights is saved first.
 */
export function trainingStep(
  run: OpenedRun,
  journal: Journal,
  makeStep: MakeStep,
  step: number,
): Observable<StepRecord | AlarmRecord> {
  const written = async (figures: Figures, began: number) => {
    const { progress } = journal;
    const skipped = run.takeSkipped();
    const record = stepRecord(figures, step, progress.numTokens, skipped, began);
    const skippedInARow = skipped === undefined ? 0 : progress.skippedInARow + 1;
    const { alarms, memory } = skipped === undefined
      ? watchStep(progress.alarms, record)
      : {
        alarms: [skippedAlarm(step, skipped, skippedInARow)],
        memory: progress.alarms,
      };
    const records = await journal.write([record, ...alarms, ...run.badImages(step)], {
      step,
      evaluated: false,
      numTokens: record.num_tokens,
      alarms: memory,
      skippedInARow,
    });
    return { records, skipped };
  };
  return defer(() => {
    const began = performance.now();
    return makeStep(questionsOf(run, step), step).pipe(
      concatMap((figures) => written(figures, began)),
      concatMap(({ records, skipped }) =>
        concat(
          records,
          skipped === undefined ? EMPTY : stopIfStuck(run, journal, skipped),
        )
      ),
    );
  });
}

/** The questions of a step, read one after another. */
function questionsOf(
  { questionAt, settings: { batchSize } }: OpenedRun,
  step: number,
): Observable<Question> {
  return range((step - 1) * batchSize, batchSize).pipe(concatMap(questionAt));
}

function stepRecord(
  figures: Figures,
  step: number,
  tokensBefore: number,
  skipped: string | undefined,
  began: number,
): StepRecord {
  const own = figures as StepFigures;
  return {
    type: "step",
    step,
    ...own,
    ...skipped !== undefined && { skipped: 1 },
    num_tokens: tokensBefore + own.num_tokens,
    step_time: secondsSince(began),
  };
}

/** Ends a run that has skipped too many steps in a row. */
function stopIfStuck(
  run: OpenedRun,
  journal: Journal,
  reason: string,
): Observable<never> {
  const { step, skippedInARow } = journal.progress;
  if (skippedInARow < MOST_SKIPPED) return EMPTY;
  return defer(async () => {
    const saved = await saveRun(run, journal);
    throw onlySkips(
      step,
      reason,
      skippedInARow,
      saved,
      lowerRateCommand(run.resumeCommand),
    );
  });
}
