// Made from metrics_schema.ts by `deno task formats`: change the schema, not this file.

/**
 * The metrics stream: a public format of one JSON object a line, told apart by `type`.
 *
 * `config` comes first and `done` last; between them come `step`, `evaluation` and
 * `alarm`. Figures that end in `_time`, and `seconds`, are wall-clock seconds and the
 * only ones that differ between two runs of the same seed on the same backend.
 *
 * @module
 */

import type { Protocol } from "../../stages/evaluate/protocol.ts";
import type { Figures } from "../../stages/records.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * What it takes to repeat the run: the first record, and one more at each step from
 * which a resumed run has other settings, data, model, rewards or version than before.
 */
export interface ConfigRecord {
  /** Tells the record from others. */
  readonly type: "config";
  /** Steps made before it applies. Default: 0. */
  readonly step?: number;
  /** Version of this program. */
  readonly version: string;
  /** The command. */
  readonly task: "train" | "sft";
  /** As the setting `seed`. */
  readonly seed: number;
  /** The engine that computes, after "auto" was resolved. */
  readonly backend: Settings["backend"];
  /** A line about the engine, for people. */
  readonly engine: string;
  /** As the setting `model`. */
  readonly model: string;
  /** SHA-256 of the model's files and of the adapter's that training started from. */
  readonly modelSha256?: string;
  /** The data and the manifests of its sources. */
  readonly data: {
    /** A line about the data, for people. */
    readonly describe: string;
    /** What people should know of how the data was read: what was left out or made one. */
    readonly notes?: readonly string[];
    readonly train: Readonly<Record<string, unknown>>;
    readonly heldOut: Readonly<Record<string, unknown>>;
    /** SHA-256 of the manifests' canonical JSON. */
    readonly sha256: {
      readonly train: string;
      readonly heldOut: string;
    };
  };
  /** All settings of the run. */
  readonly settings: Settings;
  /** Where the caller's own rewards came from, by name. */
  readonly rewards: Readonly<Record<string, string>>;
  /** The run folder; missing in files of earlier versions. */
  readonly run?: string;
}

/**
 * One optimiser step. Figures are named as in TRL: `reward`, `rewards/<name>/mean`,
 * `kl` and others. `entropy` is the mean over the tokens that the update computed:
 * without a KL divergence, not those of groups whose rewards are all equal.
 */
export interface StepRecord {
  /** Tells the record from others. */
  readonly type: "step";
  /** 1 is the first. */
  readonly step: number;
  /** The loss that the step was made with. */
  readonly loss: number;
  /** Norm of the gradient before clipping. */
  readonly grad_norm: number;
  /** Learning rate of this step. */
  readonly learning_rate: number;
  /** Tokens, the prompts' too, that updates have computed so far. */
  readonly num_tokens: number;
  /** Seconds. */
  readonly step_time: number;
  /**
   * `skipped`: 1 in a step that was not made because it would have damaged the weights.
   * Figures of such a step may be NaN, which is null in a JSON line.
   */
  readonly [figure: string]: number | "step";
}

/** Figures of the policy on questions that it is not trained on. */
export interface EvaluationRecord {
  /** Tells the record from others. */
  readonly type: "evaluation";
  /** Steps made before; 0 is the model before training. */
  readonly step: number;
  /** "held-out", or the name of a probe. */
  readonly split: string;
  /** Which questions were asked. */
  readonly protocol: Protocol;
  /** The map of present categories, if one from a file decided what was asked. */
  readonly existMap?: {
    /** The model that made it; missing in maps of the authors' form. */
    readonly model?: string;
    /** SHA-256 of the canonical JSON of its `images`. */
    readonly sha256: string;
    /** Whether it was changed since; missing in maps of the authors' form. */
    readonly edited?: boolean;
  };
  /** Bad images left out of the run so far; only if `onBadImage` is "skip". */
  readonly skipped?: readonly string[];
  /** By name. */
  readonly figures: Figures;
}

/** Something that a reader should know. */
export interface AlarmRecord {
  /** Tells the record from others. */
  readonly type: "alarm";
  /**
   * What happened, in one word: "interrupted", "bad-image", "resume" for something that a
   * resumed run found to be wrong, "step_skipped", or what `watchStep` names.
   */
  readonly name: string;
  /** Steps made before. */
  readonly step: number;
  /** A sentence for people. */
  readonly message: string;
}

/** The last record of a run that is complete. */
export interface DoneRecord {
  /** Tells the record from others. */
  readonly type: "done";
  /** Held-out figures before the first step; empty without evaluation. */
  readonly before: Figures;
  /** Held-out figures after the last step. */
  readonly after: Figures;
  /** Wall-clock time of all sittings. */
  readonly seconds: number;
  /** How many bad images were left out; only if `onBadImage` is "skip". */
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
