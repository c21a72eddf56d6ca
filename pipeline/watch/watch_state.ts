import { basename } from "node:path";
import type { Group } from "../../stages/records.ts";
import type { MetricsRecord } from "../run_folder/metrics.ts";
import type {
  ReadAlarm,
  ReadEvaluation,
  ReadRun,
  ReadStep,
} from "../run_folder/read_run.ts";
import { added, type ByStep, byStep, listed } from "./by_step.ts";
import { type Sampled, sampledOf } from "./sampled.ts";

/** Questions of a step with their completions, at most `MOST_QUESTIONS`. */
export interface SampledStep {
  readonly step: number;
  readonly questions: readonly Sampled[];
}

/** Everything that a live page shows. */
export interface WatchState {
  /** "opening" until the first record: model and data are being opened. */
  readonly phase: "opening" | "running" | "done" | "stopped" | "failed";
  /** What the run's first record and folder say of it. */
  readonly run: Omit<ReadRun, "steps" | "evaluations" | "alarms">;
  /** The records so far, also those from before the run was resumed. */
  readonly steps: ByStep<ReadStep>;
  readonly evaluations: ByStep<ReadEvaluation>;
  readonly alarms: ByStep<ReadAlarm>;
  /** What was sampled last; possibly a part of the step in progress. */
  readonly sampling?: SampledStep;
  /** What was sampled in the newest finished step. */
  readonly newest?: SampledStep;
  /** Why it failed. */
  readonly failure?: string;
}

/** Questions of a step that are shown, and kept, at most. */
const MOST_QUESTIONS = 16;

/** Before the first record. */
export const NOTHING_YET: WatchState = {
  phase: "opening",
  run: { folder: "", name: "" },
  steps: byStep(),
  evaluations: byStep(),
  alarms: byStep(),
};

/** The run as a report reads it. */
export function readRunOf({ run, steps, evaluations, alarms }: WatchState): ReadRun {
  return {
    ...run,
    steps: listed(steps),
    evaluations: listed(evaluations),
    alarms: listed(alarms),
  };
}

/**
 * The state after one more record.
 *
 * @param earlier With a `config`: what the folder of a resumed run has from before. It may have
 * been read late: records that come again replace those in it.
 */
export function withRecord(
  state: WatchState,
  record: MetricsRecord,
  earlier?: ReadRun,
): WatchState {
  const { run, sampling } = state;
  switch (record.type) {
    case "config": {
      const { data: { describe }, run: folder = "", ...rest } = record;
      const config = { ...rest, describe, settings: { ...record.settings } };
      const { steps, evaluations, alarms, ...begun } = earlier ??
        readRunOf({ ...NOTHING_YET, run: { folder, name: basename(folder) } });
      return {
        phase: "running",
        run: { ...begun, config, seconds: undefined },
        steps: byStep(steps),
        evaluations: byStep(evaluations),
        alarms: byStep(alarms),
        sampling,
      };
    }
    case "step": {
      const { type: _, step, ...rest } = record;
      const figures = rest as Readonly<Record<string, number>>;
      const steps = added(state.steps, { step, figures }, () => true);
      const newest = sampling?.step === step ? sampling : state.newest;
      return { ...state, steps, newest };
    }
    case "evaluation": {
      const isSame = ({ step, split }: ReadEvaluation) =>
        step === record.step && split === record.split;
      return { ...state, evaluations: added(state.evaluations, record, isSame) };
    }
    case "alarm": {
      const phase = record.name === "interrupted" ? "stopped" : state.phase;
      const isSame = ({ step, message }: ReadAlarm) =>
        step === record.step && message === record.message;
      return { ...state, phase, alarms: added(state.alarms, record, isSame) };
    }
    case "done":
      return { ...state, phase: "done", run: { ...run, seconds: record.seconds } };
  }
}

/** The state after a question's completions were scored. */
export function withGroup(state: WatchState, group: Group): WatchState {
  const step = group.completions[0]!.step;
  const { sampling } = state;
  if (sampling?.step !== step) {
    const begun = { step, questions: [sampledOf(group)] };
    return { ...state, sampling: begun, newest: sampling ?? state.newest };
  }
  if (sampling.questions.length >= MOST_QUESTIONS) return state;
  const questions = [...sampling.questions, sampledOf(group)];
  return { ...state, sampling: { step, questions } };
}

/** The state after the records ended: with an error, in order, or by unsubscribing. */
export function withEnd(state: WatchState, error?: unknown): WatchState {
  if (error !== undefined) {
    const failure = error instanceof Error ? error.message : String(error);
    return { ...state, phase: "failed", failure };
  }
  return state.phase === "done" ? state : { ...state, phase: "stopped" };
}
