import type { Target } from "../../../data/questions/question.ts";
import type { Answer, Reward } from "../../records.ts";
import type { Failure, Judgement } from "./judge_answer.ts";

/** An answer to be judged, and by which rewards, in their order. */
export interface Case {
  readonly names: readonly string[];
  readonly answer: Answer;
  readonly target: Target;
}

/** A jury that came to no end: the case at which it stopped, in its list, and why. */
export interface NoVerdict {
  readonly at: number;
  readonly failure: Failure;
}

/** Judges answers by rewards that do not run in this thread. */
export interface Jury {
  /**
   * Judges cases in their order, up to the first failure.
   *
   * @returns A judgement a case; fewer if one fails: the last one says which reward, and why.
   */
  judge(cases: readonly Case[]): Promise<readonly Judgement[] | NoVerdict>;
}

const juries = new WeakMap<Reward, Jury>();

/**
 * A stand-in for a reward that runs elsewhere: it has a place among other rewards by name, and
 * `scoreRewards` asks its jury. Called directly, it throws.
 */
export function detachedReward(name: string, jury: Jury): Reward {
  const reward: Reward = () => {
    throw new TypeError(
      `The reward ${
        JSON.stringify(name)
      } runs in a worker: score answers with scoreRewards, ` +
        "or load it with a timeout of 0",
    );
  };
  juries.set(reward, jury);
  return reward;
}

/** The jury of a reward that runs elsewhere; `undefined` for a plain function. */
export function juryOf(reward: Reward): Jury | undefined {
  return juries.get(reward);
}
