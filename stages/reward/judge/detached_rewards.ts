import type { Target } from "../../../data/questions/question.ts";
import type { Answer, Reward } from "../../records.ts";
import type { Failure, Judgement } from "./judge_answer.ts";

/** An answer to judge, and the names of its rewards, in order. */
export interface Case {
  readonly names: readonly string[];
  readonly answer: Answer;
  readonly target: Target;
}

/** A jury that failed: the index of the case at which it stopped, and why. */
export interface NoVerdict {
  readonly at: number;
  readonly failure: Failure;
}

/** Judges answers by rewards that do not run in this thread. */
export interface Jury {
  /**
   * Judges cases in order, up to the first failure.
   *
   * @returns One judgement per case; fewer if one fails: the last one names the reward and the reason.
   */
  judge(cases: readonly Case[]): Promise<readonly Judgement[] | NoVerdict>;
}

const juries = new WeakMap<Reward, Jury>();

/**
 * Placeholder of a reward that runs in another thread: it takes its name among the rewards, and
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

/** The jury of a reward that runs in another thread; `undefined` for a plain function. */
export function juryOf(reward: Reward): Jury | undefined {
  return juries.get(reward);
}
