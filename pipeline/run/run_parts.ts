import type { Fetching } from "../../data/hub/snapshot.ts";
import type { Group, Reward } from "../../stages/records.ts";
import type { TargetKinds } from "../../stages/reward/target_kind.ts";
import type { DataOptions, DataSets } from "../open/data_sets.ts";
import type { openModel } from "../open/open_model.ts";

/** What the caller of a run may replace or add; a part left out is the usual one. */
export interface RunParts {
  /**
   * Ends the run early and in order: sampling stops between two tokens (an update in progress
   * is finished), a checkpoint is saved, an `alarm` named "interrupted" says where, and the
   * stream completes without `done`.
   */
  readonly stop?: AbortSignal;
  /** The caller's own rewards by name, added to those of the setting `reward`. */
  readonly rewards?: Readonly<Record<string, Reward>>;
  /**
   * The caller's kinds of targets by name, for questions whose target is `{ kind: "own", … }`. They
   * are code: a run that is resumed needs them again.
   */
  readonly targetKinds?: TargetKinds;
  /** Receives each question's scored completions, images included; `train` only. */
  readonly onGroup?: (group: Group) => void;
  /** Receives the progress of downloads from the Hub. */
  readonly fetching?: Omit<Fetching, "signal">;
  /** Opens the model. */
  readonly openModel?: typeof openModel;
  /** Opens training data, held-out data and probes. */
  readonly openData?: (spec: string, options: DataOptions) => Promise<DataSets>;
}
