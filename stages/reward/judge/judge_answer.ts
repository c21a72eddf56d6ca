import type { Target } from "../../../data/questions/question.ts";
import type { Answer, Reward } from "../../records.ts";
import { frozen, frozenAnswer } from "./frozen.ts";

/** The first reward that failed on an answer, and why. */
export interface Failure {
  /** The reward's name. */
  readonly failed: string;
  /** Continues a sentence that begins with the reward: "threw: RangeError: no such label". */
  readonly why: string;
  /** What it threw. */
  readonly cause?: unknown;
  /** True if it took too long. */
  readonly timedOut?: boolean;
}

/** The values of rewards for one answer, by name and in order; nothing after a failure. */
export type Judgement = ReadonlyMap<string, number | Failure>;

/**
 * The largest absolute value of a reward: squares and sums of such values are still finite, as
 * the means and deviations of a step need them to be.
 */
export const LARGEST = 1e100;

/**
 * Judges an answer by one reward, which may do anything except loop forever.
 *
 * Answer and target are frozen first, so no reward can change what another one sees.
 *
 * @returns A number in ±`LARGEST`; 0 for −0.
 */
export function judgeAnswer(
  name: string,
  reward: Reward,
  answer: Answer,
  target: Target,
): number | Failure {
  let value: unknown;
  try {
    value = reward(frozenAnswer(answer), frozen(target));
  } catch (cause) {
    return { failed: name, why: `threw: ${shown(cause)}`, cause };
  }
  if (typeof value !== "number" || !Number.isFinite(value)) {
    return { failed: name, why: whyNoNumber(value) };
  }
  if (Math.abs(value) > LARGEST) {
    return {
      failed: name,
      why: `is ${value}: keep it between -${LARGEST} and ${LARGEST}`,
    };
  }
  return value + 0; // −0 + 0 is 0
}

function whyNoNumber(value: unknown): string {
  if (isPromise(value)) {
    return "returns a Promise; a reward is synchronous: return a number";
  }
  const type = typeof value;
  if (type === "number" || value === undefined || value === null) {
    return `is not a finite number: it is ${value}`;
  }
  const article = type === "object" ? "an" : "a";
  return `is not a finite number: it is ${article} ${type}, ${shown(value)}`;
}

/** Whether it has a `then`; its rejection, which would end the program, is handled. */
function isPromise(value: unknown): boolean {
  try {
    const { then } = Object(value) as { readonly then?: unknown };
    if (typeof then !== "function") return false;
    then.call(value, () => {}, () => {});
    return true;
  } catch {
    return value instanceof Promise;
  }
}

/** The first line of anything as text, at most 200 characters; even if it throws when read. */
function shown(value: unknown): string {
  try {
    const text = typeof value === "string" ? JSON.stringify(value) : String(value);
    const [line = ""] = text.split("\n");
    return line.length > 200 ? `${line.slice(0, 200)}…` : line;
  } catch {
    return "something that cannot be shown";
  }
}
