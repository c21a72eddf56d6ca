import { basename } from "node:path";
import type { Group } from "../../stages/records.ts";
import type { MetricsRecord } from "../metrics.ts";
import type { ReadRun } from "../run_folder/read_run.ts";
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
  /** The records so far, those of earlier sittings too. */
  readonly run: ReadRun;
  /** What was sampled last; of the step under way it may be a part. */
  readonly sampling?: SampledStep;
  /** What was sampled in the newest step that was finished. */
  readonly newest?: SampledStep;
  /** Why it failed. */
  readonly failure?: string;
}

/** Questions of a step that are shown, and kept, at most. */
const MOST_QUESTIONS = 16;

/** Before the first record. */
export const NOTHING_YET: WatchState = {
  phase: "opening",
  run: { folder: "", name: "", steps: [], evaluations: [], alarms: [] },
};

/**
 * The state after one more record.
 *
 * @param earlier With a `config`: what the folder of a resumed run says of earlier sittings. It
 * may have been read late: records that come once more take the places of those in it.
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
      const begun = earlier ?? { ...NOTHING_YET.run, folder, name: basename(folder) };
      return {
        phase: "running",
        run: { ...begun, config, seconds: undefined },
        sampling,
      };
    }
    case "step": {
      const { type: _, step, ...rest } = record;
      const figures = rest as Readonly<Record<string, number>>;
      const steps = [...run.steps.filter((made) => made.step < step), { step, figures }];
      const newest = sampling?.step === step ? sampling : state.newest;
      return { ...state, run: { ...run, steps }, newest };
    }
    case "evaluation": {
      const evaluations = [
        ...run.evaluations.filter(({ step, split }) =>
          step !== record.step || split !== record.split
        ),
        record,
      ];
      return { ...state, run: { ...run, evaluations } };
    }
    case "alarm": {
      const phase = record.name === "interrupted" ? "stopped" : state.phase;
      const alarms = [
        ...run.alarms.filter(({ step, message }) =>
          step !== record.step || message !== record.message
        ),
        record,
      ];
      return { ...state, phase, run: { ...run, alarms } };
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

/** The state after the records ended: with an error, in order, or by somebody who hung up. */
export function withEnd(state: WatchState, error?: unknown): WatchState {
  if (error !== undefined) {
    const failure = error instanceof Error ? error.message : String(error);
    return { ...state, phase: "failed", failure };
  }
  return state.phase === "done" ? state : { ...state, phase: "stopped" };
}
