import { join } from "node:path";
import {
  catchError,
  concat,
  concatAll,
  concatMap,
  defer,
  EMPTY,
  filter,
  finalize,
  from,
  ignoreElements,
  type Observable,
  range,
  tap,
  throwError,
} from "npm:rxjs@7.8.2";
import { promptsFor } from "../../data/questions/prompt.ts";
import { fromAbortable } from "../../stages/from_abortable.ts";
import { watchStep } from "../alarms/alarms.ts";
import type { Progress } from "../checkpoint/checkpoint.ts";
import { saveCheckpoint } from "../checkpoint/save_checkpoint.ts";
import { answerRow } from "../run_folder/answer_row.ts";
import { answerQuestions } from "../../stages/evaluate/evaluate.ts";
import { figuresOf } from "../../stages/evaluate/figures.ts";
import { HELD_OUT } from "../run_folder/splits.ts";
import { MOST_SKIPPED, onlySkips, skippedAlarm } from "../alarms/guard_steps.ts";
import type { Figures } from "../../stages/records.ts";
import type {
  AlarmRecord,
  EvaluationRecord,
  MetricsRecord,
  StepRecord,
} from "../run_folder/metrics.ts";
import type { Probe } from "../open/data_sets.ts";
import { openRun, type Run, type RunParts, type StepContext } from "./open_run.ts";
import { resumeCommand } from "./resume_command.ts";
import { marksOf, syncRunLines } from "./run_lines.ts";
import { runSettings } from "./run_settings.ts";
import type { Settings, SettingsInput } from "../settings/settings.ts";
import { withOnlookers } from "./with_onlookers.ts";
import { isWriteFault } from "../../data/files/write_fault.ts";
import { writeFolder } from "../../data/files/write_folder.ts";

/** The figures of one optimiser step; `num_tokens` counts this step's tokens only. */
export interface StepFigures extends Figures {
  readonly loss: number;
  readonly grad_norm: number;
  readonly learning_rate: number;
  readonly num_tokens: number;
}

/** Makes one optimiser step and emits its figures. */
export type MakeStep = (context: StepContext, step: number) => Observable<Figures>;

/**
 * The course that `train` and `fineTune` share: opens everything, evaluates, makes the steps one
 * after another, saves, and emits every record after it is in the run folder's metrics.jsonl.
 */
export function run(
  task: "train" | "sft",
  input: SettingsInput,
  parts: RunParts,
  makeStep: MakeStep,
): Observable<MetricsRecord> {
  return defer(() => runSettings(input)).pipe(
    concatMap((begun) =>
      withOnlookers(
        begun.settings,
        parts,
        (parts) =>
          fromAbortable((signal) => openRun(task, input, begun, parts, signal)).pipe(
            concatMap((opened) =>
              records(opened, makeStep).pipe(finalize(() => opened.close()))
            ),
          ),
      ).pipe(finalize(() => begun.lock?.release()))
    ),
  );
}

function records(opened: Run, makeStep: MakeStep): Observable<MetricsRecord> {
  const { config, context, folder, lines, start, idle } = opened;
  const { settings, policy, data, ownRewards, stop } = context;
  const resume = resumeCommand(config.task, folder, settings);
  const began = performance.now();
  let progress = start, told = 0;

  async function write<R extends MetricsRecord>(record: R): Promise<R> {
    await lines.metrics.append([record]);
    return record;
  }

  const step = (number: number) =>
    defer(() => {
      const stepBegan = performance.now();
      return makeStep(context, number).pipe(
        concatMap(async (figures) => {
          const reason = opened.takeSkipped();
          const record: StepRecord = {
            type: "step",
            step: number,
            ...figures as StepFigures,
            ...reason !== undefined && { skipped: 1 },
            num_tokens: progress.numTokens + figures.num_tokens!,
            step_time: seconds(stepBegan),
          };
          const inARow = reason === undefined ? 0 : progress.skippedInARow + 1;
          const { alarms: seen, memory } = reason === undefined
            ? watchStep(progress.alarms, record)
            : {
              alarms: [skippedAlarm(number, reason, inARow)],
              memory: progress.alarms,
            };
          const alarms = [...seen, ...badImages(number)];
          for (const line of [record, ...alarms]) await write(line);
          const numTokens = record.num_tokens;
          reached({
            ...{ step: number, evaluated: false, numTokens },
            ...{ alarms: memory, skippedInARow: inARow },
          });
          return { all: [record, ...alarms], reason, inARow };
        }),
        concatMap(({ all, reason, inARow }) =>
          concat(
            all,
            reason !== undefined && inARow >= MOST_SKIPPED
              ? defer(async () => {
                const saved = await save();
                throw onlySkips(number, reason, inARow, saved, resume);
              })
              : EMPTY,
          )
        ),
      );
    });

  /** Asks held-out questions, and writes down the answers and what they are worth. */
  const ask = ({ split, source, samples, banNoObjects }: Probe, number: number) =>
    fromAbortable(
      (signal) =>
        answerQuestions(policy, source, {
          ...settings,
          rewards: ownRewards,
          prompts: promptsFor(policy.prompts, settings.thinking),
          samples: samples ?? settings.evalSamples,
          temperature: settings.evalTemperature,
          banNoObjects,
        }, signal),
      stop,
    ).pipe(
      concatMap(async ({ asked, notAsked }): Promise<EvaluationRecord> => {
        await lines.answers.append(
          asked.map((answer) => answerRow(number, split, answer)),
        );
        return await write({
          type: "evaluation",
          step: number,
          split,
          protocol: settings.protocol,
          ...data.skipped && { skipped: data.skipped() },
          figures: figuresOf(asked, notAsked, settings.thinking),
        });
      }),
    );

  const evaluation = (number: number) =>
    ask({ split: HELD_OUT, source: data.heldOut }, number).pipe(
      concatMap(async (record) => {
        const { figures } = record;
        const before = number === 0 ? figures : progress.before;
        const alarms = badImages(number);
        for (const line of alarms) await write(line);
        reached({ evaluated: true, before, latest: figures });
        return [record, ...alarms];
      }),
      concatAll(),
    );

  const probes = () =>
    from(data.probes ?? []).pipe(
      filter(({ split }) => !progress.probed.includes(split)),
      concatMap((probe) => ask(probe, settings.steps)),
      tap(({ split }) => reached({ probed: [...progress.probed, split] })),
    );

  /** An alarm for each bad picture that was met since the last call. */
  function badImages(step: number): AlarmRecord[] {
    const skipped = data.skipped?.() ?? [];
    const news = skipped.slice(told);
    told = skipped.length;
    return news.map((message, i) => ({
      type: "alarm",
      name: "bad-image",
      step,
      message: `Left out, ${told - news.length + i + 1} so far: ${message}`,
    }));
  }

  function reached(news: Partial<Progress>): void {
    progress = {
      ...progress,
      ...news,
      lines: marksOf(lines),
    };
  }

  async function save(): Promise<string> {
    await idle();
    await syncRunLines(lines);
    const { task, backend } = config;
    return await saveCheckpoint(
      folder,
      {
        task,
        // Continues on the same engine, so that "auto" cannot mean another one then.
        settings: { ...settings, backend },
        made: opened.made,
        progress: { ...progress, seconds: start.seconds + seconds(began) },
      },
      (temporary) => policy.saveState(temporary),
      settings.saveTotalLimit,
    );
  }

  const steps = range(start.step, settings.steps - start.step + 1).pipe(
    concatMap((number) =>
      concat(
        unlessStopped(stop),
        number > start.step ? step(number) : EMPTY,
        defer(() => {
          const due = data.heldOut.size > 0 && evaluationDue(number, settings);
          return due && !progress.evaluated ? evaluation(number) : EMPTY;
        }),
        number > start.step && saveDue(number, settings) ? silently(save) : EMPTY,
      )
    ),
  );

  const done = defer(async () => {
    await writeFolder(join(folder, "model"), (temporary) => policy.saveModel(temporary));
    const { before, latest: after } = progress;
    const total = start.seconds + seconds(began);
    const skipped = data.skipped && { skipped: data.skipped().length };
    const figures = { before, after, seconds: total, ...skipped };
    const last = await write({ type: "done", ...figures, run: folder });
    await syncRunLines(lines);
    return last;
  });

  const stopped = defer(async () => {
    await save();
    const message = `Stopped after step ${progress.step} of ${settings.steps}; ` +
      `continue with: ${resume}`;
    return await write(alarm("interrupted", message));
  });

  function alarm(name: string, message: string): AlarmRecord {
    return { type: "alarm", name, step: progress.step, message };
  }

  const opening = defer(async () => {
    if (opened.isNews) await write(config);
    const alarms = opened.notices.map((message) => alarm("resume", message));
    for (const line of alarms) await write(line);
    reached({});
    return [config, ...alarms];
  });

  return concat(
    opening.pipe(concatAll()),
    steps,
    defer(() => settings.evalSamples === 0 ? EMPTY : probes()),
    done,
  ).pipe(
    catchError((error) => {
      if (stop?.aborted && isAbort(error, stop)) return stopped;
      return throwError(() => isWriteFault(error) ? withResume(error, resume) : error);
    }),
  );
}

/** A full disk does not harm what is on it: says how the run continues. */
function withResume(error: Error, resume: string): Error {
  return new Error(
    `${error.message}. What was saved before is whole; continue with: ${resume}`,
    {
      cause: error,
    },
  );
}

function evaluationDue(
  step: number,
  { steps, evalSteps, evalSamples }: Settings,
): boolean {
  if (evalSamples === 0) return false;
  return step === 0 || step === steps || evalSteps > 0 && step % evalSteps === 0;
}

function saveDue(step: number, { steps, saveSteps }: Settings): boolean {
  return saveSteps > 0 && (step === steps || step % saveSteps === 0);
}

function unlessStopped(stop: AbortSignal | undefined): Observable<never> {
  return defer(() => {
    stop?.throwIfAborted();
    return EMPTY;
  });
}

function silently(work: () => Promise<unknown>): Observable<never> {
  return defer(work).pipe(ignoreElements());
}

function isAbort(error: unknown, { reason }: AbortSignal): boolean {
  return error === reason || error instanceof DOMException && error.name === "AbortError";
}

function seconds(since: number): number {
  return (performance.now() - since) / 1000;
}
