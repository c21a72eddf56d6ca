import type { Fetching } from "../../data/hub/fetching.ts";
import type { PromptSetName } from "../../data/questions/prompt.ts";
import type { QuestionSource } from "../../data/questions/question.ts";
import type { DataManifest } from "../run_folder/manifest.ts";

/** What a run learns from and what it is judged by. */
export interface DataSets {
  /** Questions to train on. */
  readonly train: QuestionSource;
  /** Questions that evaluate before and after training. */
  readonly heldOut: QuestionSource;
  /** One line for people. */
  readonly describe: string;
  /** Other questions that are asked once, after the last step: what else was learnt or lost. */
  readonly probes?: readonly Probe[];
  /** What they were opened from, where that is not what `--data` and `--seed` say. */
  readonly origin?: Pick<DataManifest, "data" | "seed" | "testData">;
  /** Questions to ask of `train` ahead of the model, so that it does not wait; 0 where absent. */
  readonly lookAhead?: number;
  /** Bad pictures that were met and left out so far, each with its name and what is wrong. */
  readonly skipped?: () => readonly string[];
}

/** An evaluation beside that of the held-out questions. */
export interface Probe {
  /** Names it in the records. */
  readonly split: string;
  /** The questions, asked from index 0 on. */
  readonly source: QuestionSource;
  /** Questions asked, at most; absent: as many as the setting `evalSamples` says. */
  readonly samples?: number;
  /** As in `EvaluateOptions`. */
  readonly banNoObjects?: boolean;
}

/** What opening needs to know beside the specification. */
export interface DataOptions {
  /** Seeds what is drawn: splits, few-shot examples, scenes. An integer, 0 or more. */
  readonly seed: number;
  /** The set of prompts that the model is asked with. */
  readonly prompts: PromptSetName;
  /** Told of downloads from the Hub. */
  readonly fetching?: Fetching;
  /** Data whose held-out questions take the place of the specification's. */
  readonly testData?: string;
  /** What a picture that cannot be read does; "error" where absent. */
  readonly onBadImage?: "error" | "skip";
}
