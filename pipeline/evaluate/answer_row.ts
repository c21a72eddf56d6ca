import type { CoordinateFrame } from "../../data/frame.ts";
import type { Target } from "../../data/question.ts";
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
