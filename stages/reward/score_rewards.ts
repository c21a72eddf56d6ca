import { bufferCount, concatMap, type OperatorFunction, pipe } from "npm:rxjs@7.8.2";
import type { AnswerForm, Target } from "../../data/questions/question.ts";
import { fromAbortable } from "../from_abortable.ts";
import type { Parsed, Reward, Scored } from "../records.ts";
import { type Case, type Jury, juryOf } from "./judge/detached_rewards.ts";
import type { Failure, Judgement } from "./judge/judge_answer.ts";
import { type Profile, rewardsFor } from "./profiles.ts";
import { checkWeightValues, weighRewards } from "./weigh_rewards.ts";

/**
 * Chooses the rewards for a target, by name.
 *
 * @param form The form that the question's prompt shows for boxes. Default: none.
 */
export type RewardChoice = (
  target: Target,
  form?: AnswerForm,
) => Readonly<Record<string, Reward>>;

/** How completions are scored. */
export interface ScoreOptions {
  /**
   * Completions that are scored and emitted together: rewards that run in a
   * worker get one message for all of them. @default 1
   */
  readonly together?: number;
  /** Ends the wait for a worker: the stream ends with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Scores every parsed completion with each reward, in order, and sums
 * the rewards, each times its weight.
 *
 * Rewards are pure and fast: they are called at once, and nothing is reordered. The stream waits
 * for those that run in a worker (see `loadRewards`); scores and order are the same.
 *
 * @param rewards A profile, or a choice of rewards by target.
 * @param weights By name of reward. Default 1. A name that is not among a completion's
 * rewards has no effect on it: `checkRewardWeights` finds mistyped names.
 * @throws {TypeError} As an error of the stream, if a reward throws or returns something
 * that is not a finite number in ±1e100: the message names the reward, the completion and its
 * text.
 * @throws {RangeError} If a weight is not a number in ±1e100, and if `together` is no positive
 * integer; as an error of the stream, if the weighted sum is not in ±1e100.
 * @throws {DOMException} A `TimeoutError`, as an error of the stream, if a reward in a worker
 * takes too long.
 *
 * @example
 * ```ts
 * import { from } from "rxjs";
 * import type { Parsed } from "../records.ts";
 * import { scoreRewards } from "./score_rewards.ts";
 *
 * const parsed: Parsed[] = [];
 * from(parsed).pipe(scoreRewards("hardened", { format: 0.5 }))
 *   .subscribe(({ reward }) => reward);
 * ```
 */
export function scoreRewards(
  rewards: Profile | RewardChoice,
  weights: Readonly<Record<string, number>> = {},
  { together = 1, signal }: ScoreOptions = {},
): OperatorFunction<Parsed, Scored> {
  checkWeightValues(weights);
  if (!Number.isSafeInteger(together) || together < 1) {
    throw new RangeError(`together must be a positive integer: it is ${together}`);
  }
  const choose: RewardChoice = typeof rewards === "string"
    ? (target, form) => rewardsFor(rewards, target.kind, form && { form })
    : rewards;
  return pipe(
    bufferCount(together),
    concatMap((batch) => {
      const chosen = batch.map(({ question }) => choose(question.target, question.form));
      const scored = (judged: readonly Judgement[]) =>
        batch.map((parsed, i) => score(parsed, chosen[i]!, weights, judged[i]));
      const asked = casesOf(batch, chosen);
      if (asked.size === 0) return scored([]);
      const judged = (ends: AbortSignal) => unlessAborted(judge(asked, batch), ends);
      return fromAbortable(judged, signal).pipe(concatMap(scored));
    }),
  );
}

/** The cases of each jury, by their place in the batch. */
type Asked = Map<Jury, Map<number, Case>>;

function casesOf(
  batch: readonly Parsed[],
  chosen: readonly Readonly<Record<string, Reward>>[],
): Asked {
  const asked: Asked = new Map();
  for (const [i, { answer, question: { target } }] of batch.entries()) {
    for (const [name, reward] of Object.entries(chosen[i]!)) {
      const jury = juryOf(reward);
      if (jury === undefined) continue;
      const cases = asked.get(jury) ?? new Map<number, Case>();
      const names = [...cases.get(i)?.names ?? [], name];
      asked.set(jury, cases.set(i, { names, answer, target }));
    }
  }
  return asked;
}

/** By place in the batch; cases after a jury's first failure are absent. */
async function judge(asked: Asked, batch: readonly Parsed[]): Promise<Judgement[]> {
  const judged: Judgement[] = [];
  for (const [jury, cases] of asked) {
    const places = [...cases.keys()];
    const said = await jury.judge([...cases.values()]);
    if ("failure" in said) throw failureError(said.failure, batch[places[said.at]!]!);
    for (const [j, own] of said.entries()) {
      const place = places[j]!;
      judged[place] = new Map([...judged[place] ?? [], ...own]);
    }
  }
  return judged;
}

/** The worker finishes its request, but nobody waits for it any more. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
    work.then(resolve, reject);
  });
}

function score(
  parsed: Parsed,
  rewards: Readonly<Record<string, Reward>>,
  weights: Readonly<Record<string, number>>,
  judged: Judgement | undefined,
): Scored {
  const { answer, question: { target } } = parsed;
  const weighed = weighRewards(rewards, weights, answer, target, judged);
  if ("sum" in weighed) {
    return { ...parsed, rewards: weighed.values, reward: weighed.sum };
  }
  if ("failed" in weighed) throw failureError(weighed, parsed);
  throw new RangeError(
    `The weighted sum of rewards ${ofCompletion(parsed)} is too large for a mean and a ` +
      `deviation: ${weighed.overflow}; give smaller weights or rewards`,
  );
}

function failureError({ failed, why, cause, timedOut }: Failure, parsed: Parsed): Error {
  const message = `Reward "${failed}" ${ofCompletion(parsed)} ${why}`;
  return timedOut
    ? new DOMException(message, "TimeoutError")
    : new TypeError(message, { cause });
}

function ofCompletion({ id, text }: Parsed): string {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return `of completion ${id}, ${JSON.stringify(shown)},`;
}
