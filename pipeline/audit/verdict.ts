import { mean } from "../../data/statistics.ts";
import type { Worth } from "./judge.ts";

/**
 * What a way of answering does to a reward:
 *
 * - "breaks": on some question a reward throws or is not a finite number, which stops a run;
 * - "wins": on some question it earns more than the honest answer; or, knowing less than the
 *   ground truth, it earns as much on average as the honest answer;
 * - "tempts": knowing nothing, it earns more on average than a fair try, so that a policy that
 *   is still learning is drawn to it;
 * - "fails": none of these.
 */
export type Verdict = "breaks" | "wins" | "tempts" | "fails";

/** How much of the ground truth an answer knows. */
export type Knows = "nothing" | "part" | "all";

/** A verdict with the figures behind it. */
export interface Judgement {
  readonly verdict: Verdict;
  /** Mean reward over the questions; NaN if it breaks. */
  readonly mean: number;
  /** Which of the questions shows it best: breaks it, or is the most above the honest answer. */
  readonly at: number;
  /** If it breaks: which reward, and how. */
  readonly broken?: string;
}

/** Differences up to this, relative to the honest reward, are rounding. */
const ROUNDING = 1e-9;

/**
 * Judges the answers to some questions; see `Verdict`.
 *
 * @param worths What each answer is worth.
 * @param honest What the honest answers to the same questions are worth.
 * @param fair What fair tries at them are worth on average.
 *
 * @example
 * ```ts
 * import { judgement } from "./verdict.ts";
 *
 * judgement("nothing", [{ value: 2 }, { value: 0 }], [2, 2], 1.5).verdict; // "fails"
 * judgement("nothing", [{ value: 2 }, { value: 2 }], [2, 2], 1.5).verdict; // "wins"
 * judgement("all", [{ value: 2 }, { value: 2 }], [2, 2], 1.5).verdict; // "fails"
 * ```
 */
export function judgement(
  knows: Knows,
  worths: readonly Worth[],
  honest: readonly number[],
  fair: number,
): Judgement {
  const values: number[] = [];
  for (const [at, worth] of worths.entries()) {
    if ("broken" in worth) {
      return { verdict: "breaks", mean: NaN, at, broken: worth.broken };
    }
    values.push(worth.value);
  }
  const gains = values.map((value, i) => value - honest[i]!);
  const at = gains.indexOf(Math.max(...gains));
  const got = mean(values), due = mean(honest);
  const margin = ROUNDING * Math.max(1, ...honest.map(Math.abs));
  const above = gains[at]! > margin;
  const level = knows !== "all" && got >= due - margin;
  const verdict = above || level
    ? "wins"
    : knows === "nothing" && got > fair + margin
    ? "tempts"
    : "fails";
  return { verdict, mean: got, at };
}
