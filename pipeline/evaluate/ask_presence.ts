import { concatMap, filter, lastValueFrom, map, range, reduce } from "rxjs";
import { askable } from "../../data/askable.ts";
import { PROMPT_SETS, type PromptSetName } from "../../data/prompt.ts";
import type { Question, QuestionSource } from "../../data/question.ts";
import { parseAnswers } from "../../stages/parse/parse_answers.ts";
import { saysPresent } from "../../stages/parse/says_present.ts";
import type { Policy } from "../../stages/policy/policy.ts";
import { rollout, type RolloutOptions } from "../../stages/rollout/rollout.ts";
import { detectionTarget, pictureOf, type PresentCategories } from "./protocol.ts";

/** How a model is asked what is there. */
export interface AskPresenceOptions
  extends Omit<RolloutOptions, "numGenerations" | "step"> {
  /** Questions, from the source's first on; all where it has fewer. */
  readonly samples: number;
  /** Has the words for the question. */
  readonly prompts: PromptSetName;
}

/**
 * Asks a model of each detection question whether its category is in the picture at all: the
 * first pass of the protocol `exist-map`.
 *
 * @returns Every picture that was asked about, with the categories that the model sees in it.
 * @throws {RangeError} Where a question is not detection.
 */
export async function askPresence(
  policy: Pick<Policy, "sample">,
  source: QuestionSource,
  { samples, prompts, ...sampling }: AskPresenceOptions,
  signal?: AbortSignal,
): Promise<PresentCategories> {
  const count = Math.min(samples, source.size);
  const batch = sampling.rolloutBatchSize;
  const present = new Map<string, Set<string>>();
  const answers = range(0, Math.ceil(count / batch)).pipe(
    // One batch's pictures at a time: questions are not read ahead of the model.
    concatMap((i) =>
      range(i * batch, Math.min(batch, count - i * batch)).pipe(
        concatMap((index) => askable(source, index)),
        filter((question) => question !== undefined),
        map((question) => {
          present.set(pictureOf(question), present.get(pictureOf(question)) ?? new Set());
          return presenceQuestion(question, prompts);
        }),
        rollout(policy, { ...sampling, numGenerations: 1, step: 0 }, signal),
      )
    ),
    parseAnswers(),
    filter(({ answer }) => saysPresent(answer)),
    reduce((found, { question }) => {
      const { category } = detectionTarget(question, "exist-map");
      found.get(pictureOf(question))!.add(category);
      return found;
    }, present),
  );
  return await lastValueFrom(answers);
}

function presenceQuestion(question: Question, prompts: PromptSetName): Question {
  const { category } = detectionTarget(question, "exist-map");
  return {
    ...question,
    id: `${question.id}/present`,
    imageId: pictureOf(question),
    prompt: PROMPT_SETS[prompts]({ kind: "presence", category }),
  };
}
