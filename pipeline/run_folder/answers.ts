// Made from answers_schema.ts by `deno task formats`: change the schema, not this file.

import type { CoordinateFrame } from "../../data/geometry/frame.ts";
import type { Target } from "../../data/questions/question.ts";

/** A line of a run's answers.jsonl: what the policy answered to a held-out question. */
export interface AnswerRow {
  /** `${step}/${split}/${question}`: unique within a run. */
  readonly id: string;
  /** Optimiser steps made before; 0 is the model before training. */
  readonly step: number;
  /** Of the evaluation: "held-out", or the name of a probe. */
  readonly split: string;
  /** The question's id. */
  readonly question: string;
  /** The question's text. */
  readonly prompt: string;
  /** The system message. Default: the template's own. */
  readonly system?: string;
  /** The ground truth. */
  readonly target: Target;
  /** The answer. */
  readonly text: string;
  /** The frame in which the text states boxes. Default: 0–1000. */
  readonly frame?: CoordinateFrame;
  /** How many tokens the text has. */
  readonly tokens: number;
  /** By name. */
  readonly rewards: Readonly<Record<string, number>>;
  /** Their weighted sum. */
  readonly reward: number;
}
