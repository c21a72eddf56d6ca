// Made from completions_schema.ts by `deno task formats`: change the schema, not this file.

import type { CoordinateFrame } from "../../data/geometry/frame.ts";
import type { Target } from "../../data/questions/question.ts";

/** A line of a run's completions.jsonl: a sampled answer with its rewards and advantage. */
export interface CompletionRow {
  /** `${step}/${question}/${index}`: unique within a run. */
  readonly id: string;
  /** The step that it was sampled in; 1 is the first. */
  readonly step: number;
  /** The question's id. */
  readonly question: string;
  /** The question's text. */
  readonly prompt: string;
  /** The ground truth. */
  readonly target: Target;
  /** The answer. */
  readonly text: string;
  /** The frame in which the text states boxes. Default: 0–1000. */
  readonly frame?: CoordinateFrame;
  /** How many tokens the text has. */
  readonly tokens: number;
  /** "stop" at the end token, "length" if the limit cut the text off. */
  readonly finish: "stop" | "length";
  /** Number of optimiser steps behind the weights that sampled it. */
  readonly policyVersion: number;
  /** By name. */
  readonly rewards: Readonly<Record<string, number>>;
  /** Their weighted sum. */
  readonly reward: number;
  /** Relative to its group. */
  readonly advantage: number;
}
