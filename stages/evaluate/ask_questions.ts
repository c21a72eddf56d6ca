import { concatMap, filter, type Observable, range } from "npm:rxjs@7.8.2";
import { askable } from "../../data/questions/askable.ts";
import type { Question, QuestionSource } from "../../data/questions/question.ts";
import type { Policy } from "../policy/policy.ts";
import type { Completion } from "../records.ts";
import { rollout, type RolloutOptions } from "../rollout/rollout.ts";

/** How questions are asked once each. */
export interface AskOptions extends Omit<RolloutOptions, "numGenerations" | "step"> {
  /** Number of questions, from the first on; all if the source has fewer. */
  readonly samples: number;
}

/**
 * Asks a policy the questions of a source, once each and in order.
 *
 * Images are read batch by batch: no question is read ahead of the model.
 *
 * @param choose Returns the question to ask instead of one of the source's; `undefined` leaves it out.
 * @param signal Aborts between two tokens.
 */
export function askQuestions(
  policy: Pick<Policy, "sample">,
  source: QuestionSource,
  { samples, ...sampling }: AskOptions,
  choose: (question: Question) => Question | undefined,
  signal?: AbortSignal,
): Observable<Completion> {
  const count = Math.min(samples, source.size);
  const batch = sampling.rolloutBatchSize;
  return range(0, Math.ceil(count / batch)).pipe(
    concatMap((i) =>
      range(i * batch, Math.min(batch, count - i * batch)).pipe(
        concatMap(async (index) => {
          const question = await askable(source, index);
          return question && choose(question);
        }),
        filter((question) => question !== undefined),
        rollout(policy, { ...sampling, numGenerations: 1, step: 0 }, signal),
      )
    ),
  );
}
