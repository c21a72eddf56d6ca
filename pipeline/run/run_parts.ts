import type { Fetching } from "../../data/hub/snapshot.ts";
import type { Group, Reward } from "../../stages/records.ts";
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
  /** Receives each question's scored completions, images included; `train` only. */
  readonly onGroup?: (group: Group) => void;
  /** Receives the progress of downloads from the Hub. */
  readonly fetching?: Omit<Fetching, "signal">;
  /** Opens the model. */
  readonly openModel?: typeof openModel;
  /** Opens training data, held-out data and probes. */
  readonly openData?: (spec: string, options: DataOptions) => Promise<DataSets>;
}
