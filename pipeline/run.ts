import { join, resolve } from "node:path";
import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  finalize,
  from,
  ignoreElements,
  map,
  type Observable,
  of,
  range,
  throwError,
} from "rxjs";
import deno from "../deno.json" with { type: "json" };
import { fromAbortable } from "../stages/from_abortable.ts";
import type { TrainablePolicy } from "../stages/policy/trainable_policy.ts";
import {
  findCheckpoint,
  type FoundCheckpoint,
  keepOnly,
  type Progress,
  saveCheckpoint,
} from "./checkpoint.ts";
import { evaluate } from "./evaluate/evaluate.ts";
import { type JsonLines, openJsonLines } from "./json_lines.ts";
import type { ConfigRecord, Figures, MetricsRecord, StepRecord } from "./metrics.ts";
import { type DataOptions, type DataSets, openData } from "./open_data.ts";
import { type OpenedModel, openModel } from "./open_model.ts";
import { resolveSettings, type Settings, type SettingsInput } from "./settings.ts";
import { trackedPolicy } from "./tracked_policy.ts";
import { writeFolder } from "./write_folder.ts";

/** What a caller may replace or add; the parts that are absent are the usual ones. */
export interface RunParts {
  /**
   * Ends the run early and in order: sampling stops between two tokens (an update under way is
   * finished), a checkpoint is saved, an `alarm` named "interrupted" says where, and the stream
   * completes without `done`.
   */
  readonly stop?: AbortSignal;
  readonly openModel?: (settings: Settings, reference: boolean) => Promise<OpenedModel>;
  readonly openData?: (spec: string, options: DataOptions) => Promise<DataSets>;
}

/** What a step works with. */
export interface StepContext {
  readonly policy: TrainablePolicy;
  readonly data: DataSets;
  readonly settings: Settings;
  readonly completions: JsonLines;
  readonly stop?: AbortSignal;
}

/** The figures of one optimiser step; `num_tokens` counts this step's tokens only. */
export interface StepFigures extends Figures {
  readonly loss: number;
  readonly grad_norm: number;
  readonly learning_rate: number;
  readonly num_tokens: number;
}

/** Makes one optimiser step and emits its figures. */
export type MakeStep = (context: StepContext, step: number) => Observable<Figures>;

/** An opened run. */
interface Run {
  readonly config: ConfigRecord;
  readonly context: StepContext;
  readonly folder: string;
  readonly metrics: JsonLines;
  /** Where it begins: all zero for a new run. */
  readonly start: Progress;
  readonly resumed: boolean;
  /** Resolves when the policy has nothing under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

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
  return fromAbortable((signal) => open(task, input, parts, signal)).pipe(
    concatMap((opened) => records(opened, makeStep).pipe(finalize(() => opened.close()))),
  );
}

function records(opened: Run, makeStep: MakeStep): Observable<MetricsRecord> {
  const { config, context, folder, metrics, start, resumed, idle } = opened;
  const { settings, policy, data, completions, stop } = context;
  const began = performance.now();
  let progress = start;

  async function write<R extends MetricsRecord>(record: R): Promise<R> {
    await metrics.append([record]);
    return record;
  }

  const step = (number: number) =>
    defer(() => {
      const stepBegan = performance.now();
      return makeStep(context, number).pipe(
        map((figures): StepRecord => ({
          ...figures as StepFigures,
          type: "step",
          step: number,
          num_tokens: progress.numTokens + figures.num_tokens!,
          step_time: seconds(stepBegan),
        })),
        concatMap(write),
        map((record) => {
          reached({ step: number, evaluated: false, numTokens: record.num_tokens });
          return record;
        }),
      );
    });

  const evaluation = (number: number) =>
    fromAbortable(
      (signal) =>
        evaluate(policy, data.heldOut, {
          ...settings,
          samples: settings.evalSamples,
          temperature: settings.evalTemperature,
        }, signal),
      stop,
    ).pipe(
      concatMap((figures) =>
        write({ type: "evaluation", step: number, split: "held-out", figures })
      ),
      map((record) => {
        const { figures } = record;
        const before = number === 0 ? figures : progress.before;
        reached({ evaluated: true, before, latest: figures });
        return record;
      }),
    );

  function reached(news: Partial<Progress>): void {
    progress = {
      ...progress,
      ...news,
      metricsBytes: metrics.size(),
      completionsBytes: completions.size(),
    };
  }

  async function save(): Promise<void> {
    await idle();
    const { task, backend } = config;
    await saveCheckpoint(folder, {
      task,
      // Goes on with the same engine, so that "auto" cannot mean another one then.
      settings: { ...settings, backend },
      progress: { ...progress, seconds: start.seconds + seconds(began) },
    }, (temporary) => policy.saveState(temporary));
  }

  const steps = range(start.step, settings.steps - start.step + 1).pipe(
    concatMap((number) =>
      concat(
        unlessStopped(stop),
        number > start.step ? step(number) : EMPTY,
        defer(() => {
          const due = evaluationDue(number, settings);
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
    return await write({ type: "done", before, after, seconds: total, run: folder });
  });

  const stopped = defer(async () => {
    await save();
    const message = `Stopped after step ${progress.step} of ${settings.steps}; ` +
      `go on with: deno task ${config.task} --resume ${folder}`;
    return await write({
      type: "alarm",
      name: "interrupted",
      step: progress.step,
      message,
    });
  });

  return concat(
    resumed ? of(config) : from(write(config)).pipe(
      map((record) => {
        reached({});
        return record;
      }),
    ),
    steps,
    done,
  ).pipe(
    catchError((error) =>
      stop?.aborted && isAbort(error, stop) ? stopped : throwError(() => error)
    ),
  );
}

async function open(
  task: "train" | "sft",
  input: SettingsInput,
  parts: RunParts,
  signal: AbortSignal,
): Promise<Run> {
  const { resume, ...rest } = input;
  const checkpoint = resume === undefined ? undefined : await findCheckpoint(resume);
  const settings = resolveSettings(checkpoint?.settings ?? {}, rest);
  const folder = checkpoint?.run ?? resolve(settings.out ?? `runs/${stamp()}-${task}`);
  if (checkpoint) checkResumable(checkpoint, task, settings, rest);
  else await checkUnused(folder);

  const opened = await (parts.openModel ?? openModel)(
    settings,
    task === "train" && settings.beta !== 0,
  );
  const { policy, idle } = trackedPolicy(opened.policy);
  const close = async () => {
    await idle();
    policy.dispose();
  };
  try {
    const { seed } = settings;
    const options = { seed, prompts: policy.prompts };
    const data = await (parts.openData ?? openData)(settings.data, options);
    if (checkpoint) {
      await policy.restoreState(checkpoint.folder);
      await keepOnly(checkpoint.folder);
    }
    signal.throwIfAborted();
    await Deno.mkdir(folder, { recursive: true });
    const start = checkpoint?.progress ?? BEGINNING;
    const metrics = await openJsonLines(
      join(folder, "metrics.jsonl"),
      start.metricsBytes,
    );
    const completions = await openJsonLines(
      join(folder, "completions.jsonl"),
      start.completionsBytes,
    );
    const config: ConfigRecord = {
      type: "config",
      version: deno.version,
      task,
      seed,
      backend: opened.backend,
      engine: opened.description,
      model: settings.model,
      data: { train: data.train.manifest, heldOut: data.heldOut.manifest },
      settings,
    };
    const context = { policy, data, settings, completions, stop: parts.stop };
    const resumed = checkpoint !== undefined;
    return { config, context, folder, metrics, start, resumed, idle, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const BEGINNING: Progress = {
  step: 0,
  evaluated: false,
  numTokens: 0,
  seconds: 0,
  before: {},
  latest: {},
  metricsBytes: 0,
  completionsBytes: 0,
};

function checkResumable(
  { run, task: made, progress }: FoundCheckpoint,
  task: "train" | "sft",
  { steps }: Settings,
  { out }: SettingsInput,
): void {
  if (made !== task) {
    throw new TypeError(`${run} is a run of ${made}: resume it with deno task ${made}`);
  }
  if (out !== undefined) {
    throw new TypeError(
      `--out ${out} does not go with --resume: a run goes on in its own folder, ${run}`,
    );
  }
  if (steps < progress.step) {
    throw new RangeError(
      `--steps must be at least ${progress.step}, the steps that ${run} has made: it is ${steps}`,
    );
  }
}

async function checkUnused(folder: string): Promise<void> {
  let used = false;
  try {
    for await (const _ of Deno.readDir(folder)) used = true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw new Error(`--out ${folder} is not a folder: choose another name`);
  }
  if (used) {
    throw new Error(
      `The run folder ${folder} is not empty: choose another --out, or --resume ${folder}`,
    );
  }
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

function silently(work: () => Promise<void>): Observable<never> {
  return defer(work).pipe(ignoreElements());
}

function isAbort(error: unknown, { reason }: AbortSignal): boolean {
  return error === reason || error instanceof DOMException && error.name === "AbortError";
}

function seconds(since: number): number {
  return (performance.now() - since) / 1000;
}

/** The local time as a folder's name. */
function stamp(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
}
