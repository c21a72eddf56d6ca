import * as v from "npm:valibot@1.5.0";
import type { Box } from "../../data/geometry/box.ts";
import type { CoordinateFrame } from "../../data/geometry/frame.ts";
import type { Target } from "../../data/questions/question.ts";
import type { Scored } from "../../stages/records.ts";

/** A line of a run's answers.jsonl: what the policy answered to a held-out question. */
export interface AnswerRow {
  /** `${step}/${split}/${question}`: unique within a run. */
  readonly id: string;
  /** Optimiser steps behind the policy; 0 is the model as it was given. */
  readonly step: number;
  /** Of the evaluation: "held-out", or the name of a probe. */
  readonly split: string;
  /** The question's id. */
  readonly question: string;
  readonly prompt: string;
  readonly target: Target;
  readonly text: string;
  /** The frame in which the text states boxes; absent: 0–1000. */
  readonly frame?: CoordinateFrame;
  /** How many it has. */
  readonly tokens: number;
  /** By name. */
  readonly rewards: Readonly<Record<string, number>>;
  /** Their weighted sum. */
  readonly reward: number;
}

/** An answer as a line of answers.jsonl: all but pixels and tokens. */
export function answerRow(step: number, split: string, answer: Scored): AnswerRow {
  const { question, text, frame, tokenIds, rewards, reward } = answer;
  return {
    id: `${step}/${split}/${question.id}`,
    step,
    split,
    question: question.id,
    prompt: question.prompt,
    target: question.target,
    text,
    frame,
    tokens: tokenIds.length,
    rewards,
    reward,
  };
}

const text = v.string("a text");
const finite = v.pipe(v.number("a finite number"), v.finite("a finite number"));
const box: v.GenericSchema<unknown, Box> = v.object(
  { x1: finite, y1: finite, x2: finite, y2: finite },
  "a box with x1, y1, x2 and y2",
);
/** A target as a line of a run's files states it. */
export const targetSchema: v.GenericSchema<unknown, Target> = v.variant("kind", [
  v.object({
    kind: v.literal("detection"),
    category: text,
    boxes: v.array(box, "a list of boxes"),
  }),
  v.object({
    kind: v.literal("classification"),
    label: text,
    aliases: v.optional(v.array(text, "a list of names")),
  }),
  v.object({ kind: v.literal("grounding"), box }),
], '"detection", "classification" or "grounding"');
const side = v.pipe(finite, v.gtValue(0, "a size above 0"));
/** A frame of coordinates as a line of a run's files states it. */
export const frameSchema: v.GenericSchema<unknown, CoordinateFrame> = v.variant("kind", [
  v.object({ kind: v.literal("per mille") }),
  v.object({ kind: v.literal("unit") }),
  v.object({ kind: v.literal("pixels"), width: side, height: side }),
], '"per mille", "unit" or "pixels"');
