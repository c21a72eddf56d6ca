/**
 * The data that flows through one training step: Completion → Answer → Score → Advantage.
 *
 * Every record is read-only and can be printed as one JSON line (less the question's pixels).
 *
 * @module
 */
import type { Frame, FramedBox } from "../data/geometry/box.ts";
import type { CoordinateFrame } from "../data/geometry/frame.ts";
import type { Question, Target } from "../data/questions/question.ts";

/** One sampled continuation of a question's prompt. */
export interface Completion {
  /** `${step}/${question.id}/${index}`: unique within a run. */
  readonly id: string;
  /** Optimiser step that it was sampled for, from 1; 0 in an evaluation. */
  readonly step: number;
  /** The question that it answers. */
  readonly question: Question;
  /** Position in its group, 0 to G − 1. */
  readonly index: number;
  /** Decoded without the end token. */
  readonly text: string;
  /** The frame in which the text states boxes. Default: 0–1000, to which parsing converts them. */
  readonly frame?: CoordinateFrame;
  /** Sampled tokens; the end token is the last one if `finish` is "stop". */
  readonly tokenIds: readonly number[];
  /** Log-probability of each token under the sampling distribution's temperature, in nats. */
  readonly logProbs: readonly number[];
  /** "stop" at the end token, "length" if the limit cut the completion off. */
  readonly finish: "stop" | "length";
  /** Number of optimiser steps behind the weights that sampled it. */
  readonly policyVersion: number;
}

/**
 * One box that an answer states, with its stated confidence; in the frame 0–1000, except in
 * the parser, where `Detection<Frame>` is still in the model's frame.
 */
export interface Detection<F extends Frame = "per mille"> {
  /** As stated: corners may be inverted or out of range. */
  readonly box: FramedBox<F>;
  /** As stated, any finite number; `undefined` if none was, or none that can be read. */
  readonly confidence?: number;
  /** The name that is stated with the box; `undefined` if none is. */
  readonly label?: string;
}

/** A point that an answer states, in the frame 0–1000. */
export interface Point {
  /** From the left edge. */
  readonly x: number;
  /** From the top edge. */
  readonly y: number;
}

/** What the parser read in a completion's text. A text without content has empty fields. */
export interface Answer {
  /** The whole completion. */
  readonly text: string;
  /** Inside `<think>…</think>`; absent without the tags. */
  readonly think?: string;
  /**
   * Inside `<answer>…</answer>`, trimmed; to the end of a text that was cut off before the second
   * tag; absent without the first tag.
   */
  readonly content?: string;
  /** True if the whole text is one think block followed by one answer block. */
  readonly wellFormed: boolean;
  /** True if the whole text is one answer block: the form without thinking. */
  readonly answerAlone: boolean;
  /** Boxes of the answer; empty if none could be read. */
  readonly detections: readonly Detection[];
  /** Points of the answer. Default: none could be read. */
  readonly points?: readonly Point[];
  /** True if the answer says 'No Objects', or the like, and nothing else. */
  readonly noObjects: boolean;
}

/** A pure, total judgement of an answer: never throws, never NaN, bounded to its range. */
export type Reward = (answer: Answer, target: Target) => number;

/** A completion and its parsed answer. */
export interface Parsed extends Completion {
  /** What the parser read in `text`. */
  readonly answer: Answer;
}

/** A completion with the value of each reward by name, and their weighted sum. */
export interface Scored extends Parsed {
  /** Value of each reward by name. */
  readonly rewards: Readonly<Record<string, number>>;
  /** Sum of the rewards, each times its weight. */
  readonly reward: number;
}

/** A scored completion with its advantage in its group. */
export interface Advantaged extends Scored {
  /** How much better than its group: see `advantages`. */
  readonly advantage: number;
}

/** All completions of one question in one step, normalised together. */
export interface Group {
  /** The question that all of them answer. */
  readonly question: Question;
  /** In the order of `index`. */
  readonly completions: readonly Advantaged[];
  /** Mean of the rewards. */
  readonly rewardMean: number;
  /** Unbiased standard deviation of the rewards; 0 if all are equal. */
  readonly rewardStd: number;
}

/** One step's figures; names follow TRL. */
export interface StepMetrics {
  /** Number of the step, from 1. */
  readonly step: number;
  /** Mean of the summed rewards over the step's completions. */
  readonly reward: number;
  /** Mean over groups of the rewards' standard deviation. */
  readonly reward_std: number;
  /** Share of groups whose rewards are all equal: they carry no policy gradient. */
  readonly frac_reward_zero_std: number;
  /** `rewards/<name>/mean` and others by name. */
  readonly [figure: string]: number;
}

/** Numbers by name. */
export type Figures = Readonly<Record<string, number>>;
