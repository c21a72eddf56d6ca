import type { Fetching } from "../../data/hub/snapshot.ts";
import type { PromptSetName } from "../../data/questions/prompt.ts";
import type { QuestionSource } from "../../data/questions/question.ts";
import type { TargetKinds } from "../../stages/reward/target_kind.ts";
import type { DataManifest } from "../run_folder/manifest.ts";

/** What a run learns from and what it is evaluated on. */
export interface DataSets {
  /** The questions to learn from. */
  readonly train: QuestionSource;
  /** The questions to evaluate on. */
  readonly heldOut: QuestionSource;
  /** One line for people. */
  readonly describe: string;
  /** Further questions, asked once after the last step: what else was learnt or lost. */
  readonly probes?: readonly Probe[];
  /** What they were opened from. Default: the settings `data`, `testData` and `seed`. */
  readonly origin?: Pick<DataManifest, "data" | "seed" | "testData">;
  /** Questions to ask of `train` ahead of the model, so that it does not wait. @default 0 */
  readonly lookAhead?: number;
  /** What people should know of how the data was read, a sentence each. Default: nothing. */
  readonly notes?: readonly string[];
  /** Bad images that were met and left out so far, each with its name and what is wrong. */
  readonly skipped?: () => readonly string[];
}

/** An evaluation beside that of the held-out questions. */
export interface Probe {
  /** Names it in the records. */
  readonly split: string;
  /** Its questions. */
  readonly source: QuestionSource;
  /** Questions asked, at most. Default: the setting `evalSamples`. */
  readonly samples?: number;
  /** As in `EvaluateOptions`. */
  readonly banNoObjects?: boolean;
}

/** What opening needs to know beside the specification. */
export interface DataOptions {
  /** Draws scenes, and chooses categories and shots. */
  readonly seed: number;
  /** The prompts that the model is asked with. */
  readonly prompts: PromptSetName;
  /** Told of downloads from the Hub. */
  readonly fetching?: Fetching;
  /** Data whose held-out questions take the place of the specification's. */
  readonly testData?: string;
  /** What an image that cannot be read does: end the run, or be left out. @default "error" */
  readonly onBadImage?: "error" | "skip";
  /** The caller's kinds of targets by name: shots are counted by their categories. */
  readonly targetKinds?: TargetKinds;
}
