import { filter, lastValueFrom, reduce } from "npm:rxjs@7.8.2";
import { PROMPT_SETS, type PromptSetName } from "../../data/questions/prompt.ts";
import type { Question, QuestionSource } from "../../data/questions/question.ts";
import { parseAnswers } from "../parse/parse_answers.ts";
import { saysPresent } from "../parse/says_present.ts";
import type { Policy } from "../policy/policy.ts";
import { type AskOptions, askQuestions } from "./ask_questions.ts";
import { detectionTarget, pictureOf, type PresentCategories } from "./protocol.ts";

/** How a model is asked which categories an image shows. */
export interface AskPresenceOptions extends AskOptions {
  /** Set of prompts that words the question. */
  readonly prompts: PromptSetName;
}

/**
 * Asks a model of each detection question whether its category is in the image at all: the
 * first pass of the protocol `exist-map`.
 *
 * @returns Every image that was asked about, with the categories that the model sees in it.
 * @throws {RangeError} If a question is not detection.
 */
export async function askPresence(
  policy: Pick<Policy, "sample">,
  source: QuestionSource,
  { prompts, ...asking }: AskPresenceOptions,
  signal?: AbortSignal,
): Promise<PresentCategories> {
  const present = new Map<string, Set<string>>();
  const choose = (question: Question) => {
    present.set(pictureOf(question), present.get(pictureOf(question)) ?? new Set());
    return presenceQuestion(question, prompts);
  };
  const answers = askQuestions(policy, source, asking, choose, signal).pipe(
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
