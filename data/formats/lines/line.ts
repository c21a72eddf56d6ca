import type { ImageRef } from "../../pictures/image_ref.ts";
import type { PromptSet } from "../../questions/prompt.ts";
import type { BoxUnit } from "../file_spec.ts";
import type { StatedTruth, TruthReader } from "../truth.ts";

/** How lines are read. */
export interface LineOptions {
  /** Turns tasks into prompts. */
  readonly prompts: PromptSet;
  /** Reads the ground truth of solutions and conversations. */
  readonly readTruth: TruthReader;
  /** What boxes count. Default: what their form means. */
  readonly frame?: BoxUnit;
  /** What a conversation of several turns is. Default: an error. */
  readonly turns?: "separate";
  /** What the images show; see `PromptTask`. */
  readonly subject?: string;
  /** What is asked about it; see `PromptTask`. */
  readonly attribute?: string;
}

/** A question as a line states it. Boxes are still in the file's own frame. */
export interface QuestionLine {
  /** The line's own id. Default: it has none. */
  readonly id?: string;
  /** Which of the line's questions it is, from 1. Default: its only one. */
  readonly turn?: number;
  /** Its images, 1 to `MOST_PICTURES`. */
  readonly images: readonly ImageRef[];
  /** What the model is asked; `<image>` stands where an image goes. */
  readonly prompt: string;
  /** The system message. Default: none. */
  readonly system?: string;
  /** The reasoning text, without tags. Default: the line has none. */
  readonly reasoning?: string;
  /** The ground truth. */
  readonly truth: StatedTruth;
  /** What its boxes count, if the line says so itself. */
  readonly frame?: BoxUnit;
}
