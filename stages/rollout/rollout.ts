import {
  bufferCount,
  concatMap,
  map,
  mergeAll,
  type OperatorFunction,
  pipe,
} from "npm:rxjs@7.8.2";
import type { Question } from "../../data/questions/question.ts";
import { fromAbortable } from "../from_abortable.ts";
import type { Policy, SamplingOptions } from "../policy/policy.ts";
import type { Completion } from "../records.ts";

/** How questions are sampled. */
export interface RolloutOptions extends SamplingOptions {
  /** Questions that are sampled together; memory grows with it. */
  readonly rolloutBatchSize: number;
}

/**
 * Draws G completions for every question and emits them one by one: all of the first question
 * by index, then all of the second.
 *
 * `rolloutBatchSize` questions are sampled together; the next ones do not start before these
 * are done, so the order is kept and nothing runs ahead. Unsubscribing aborts between two tokens.
 * Aborting `signal` does too, and the stream then ends with the AbortError.
 *
 * A source that outlives one weight update (a chain of steps) would be sampled ahead of the
 * update that follows this operator: give it the questions of one step.
 *
 * @example
 * ```ts
 * import { from } from "rxjs";
 * import type { Policy } from "../policy/policy.ts";
 * import type { Question } from "../../data/questions/question.ts";
 * import { rollout } from "./rollout.ts";
 *
 * function texts(policy: Policy, questions: Question[]) {
 *   return from(questions).pipe(rollout(policy, {
 *     numGenerations: 8,
 *     temperature: 1,
 *     topK: 0,
 *     topP: 1,
 *     maxCompletionLength: 64,
 *     seed: 0,
 *     step: 1,
 *     rolloutBatchSize: 16,
 *   }));
 * }
 * ```
 */
export function rollout(
  policy: Pick<Policy, "sample">,
  { rolloutBatchSize, ...sampling }: RolloutOptions,
  signal?: AbortSignal,
): OperatorFunction<Question, Completion> {
  return pipe(
    bufferCount(rolloutBatchSize),
    concatMap((questions) =>
      fromAbortable((abort) => policy.sample(questions, sampling, abort), signal)
    ),
    map((groups) => groups.flat()),
    mergeAll(),
  );
}
