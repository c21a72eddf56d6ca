/**
 * The metrics stream: a public format of one JSON object a line, told apart by `type`.
 *
 * `config` comes first and `done` last; between them come `step`, `evaluation` and `alarm`.
 * Figures that end in `_time`, and `seconds`, are wall-clock seconds and the only ones that
 * differ between two runs of the same seed on the same backend.
 *
 * @module
 */
import type { Figures } from "../../stages/records.ts";
import type { Protocol } from "../../stages/evaluate/protocol.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * What is needed to run it again: the first record, and another one at each step from which a
 * resumed run has other settings, data, model, rewards or version than before.
 */
export interface ConfigRecord {
  readonly type: "config";
  /** Steps made before it holds; absent: 0. */
  readonly step?: number;
  /** Version of this program. */
  readonly version: string;
  readonly task: "train" | "sft";
  readonly seed: number;
  /** The engine that computes, after "auto" was resolved. */
  readonly backend: Settings["backend"];
  /** A sentence on it for people. */
  readonly engine: string;
  readonly model: string;
  /** SHA-256 of the model's files and the adapter's that training started from. */
  readonly modelSha256?: string;
  /** A line for people, and the manifests of the sources. */
  readonly data: {
    readonly describe: string;
    readonly train: Readonly<Record<string, unknown>>;
    readonly heldOut: Readonly<Record<string, unknown>>;
    /** SHA-256 of the manifests' canonical JSON. */
    readonly sha256: { readonly train: string; readonly heldOut: string };
  };
  readonly settings: Settings;
  /** What the caller's own rewards came from, by name. */
  readonly rewards: Readonly<Record<string, string>>;
  /** The run folder; absent in files of earlier versions. */
  readonly run?: string;
}

/** One optimiser step; figures are named as in TRL. */
export interface StepRecord {
  readonly type: "step";
  /** 1 for the first. */
  readonly step: number;
  readonly loss: number;
  readonly grad_norm: number;
  readonly learning_rate: number;
  /** Tokens that went through the learner since the run began. */
  readonly num_tokens: number;
  /** Seconds. */
  readonly step_time: number;
  /**
   * `reward`, `rewards/<name>/mean`, `kl` and others by name. `skipped` is 1 in a step that was
   * not made, since it would have damaged the weights; absent in others. Figures of such a step
   * may be NaN, which is null in a JSON line.
   */
  readonly [figure: string]: number | "step";
}

/** Figures of the policy on questions that it is not trained on. */
export interface EvaluationRecord {
  readonly type: "evaluation";
  /** Steps made before; 0 is the model as it was given. */
  readonly step: number;
  readonly split: string;
  /** Which questions were asked. */
  readonly protocol: Protocol;
  /** The map of present categories, where one from a file decided what was asked. */
  readonly existMap?: {
    /** The model that it was made with; absent in maps of the authors' form. */
    readonly model?: string;
    /** SHA-256 of the canonical JSON of its `images`. */
    readonly sha256: string;
    /** Whether somebody changed it since; absent in maps of the authors' form. */
    readonly edited?: boolean;
  };
  /** Bad pictures that were left out of the run so far; only with `--on-bad-image skip`. */
  readonly skipped?: readonly string[];
  readonly figures: Figures;
}

/** Something that a reader should know. */
export interface AlarmRecord {
  readonly type: "alarm";
  /**
   * What happened, in one word: "interrupted", "bad-image", "resume" for something that a resumed
   * run found amiss, "step_skipped", or what `watchStep` names.
   */
  readonly name: string;
  readonly step: number;
  readonly message: string;
}

/** The last record of a run that went to its end. */
export interface DoneRecord {
  readonly type: "done";
  /** Held-out figures before the first step and after the last; empty without evaluation. */
  readonly before: Figures;
  readonly after: Figures;
  /** Wall-clock, over all sittings of a resumed run. */
  readonly seconds: number;
  /** How many bad pictures were left out; only with `--on-bad-image skip`. */
  readonly skipped?: number;
  /** The run folder. */
  readonly run: string;
}

/** One line of metrics.jsonl. */
export type MetricsRecord =
  | ConfigRecord
  | StepRecord
  | EvaluationRecord
  | AlarmRecord
  | DoneRecord;
