import { lastValueFrom, map, toArray } from "npm:rxjs@7.8.2";
import type { PromptSetName } from "../../data/questions/prompt.ts";
import type { Question, QuestionSource } from "../../data/questions/question.ts";
import { parseAnswers } from "../parse/parse_answers.ts";
import type { Policy } from "../policy/policy.ts";
import type { Reward, Scored } from "../records.ts";
import { chooseRewards, type ProfileChoice } from "../reward/choose_rewards.ts";
import { scoreRewards } from "../reward/score_rewards.ts";
import type { TargetKinds } from "../reward/target_kind.ts";
import { NO_THINKING } from "../rollout/no_thinking.ts";
import type { Figures } from "../records.ts";
import { askPresence } from "./ask_presence.ts";
import { askQuestions } from "./ask_questions.ts";
import { figuresOf } from "./figures.ts";
import { type PresentCategories, type Protocol, treatment } from "./protocol.ts";

/** How a policy is asked. */
export interface EvaluateOptions {
  /** Number of questions, from the first on; all if the source has fewer. */
  readonly samples: number;
  /** 0 takes the likeliest token. */
  readonly temperature: number;
  /** See `SamplingOptions`. */
  readonly topK: number;
  /** See `SamplingOptions`. */
  readonly topP: number;
  /** Tokens an answer may have, the end token included. */
  readonly maxCompletionLength: number;
  /** Questions that are asked together; memory grows with it. */
  readonly rolloutBatchSize: number;
  /** Seeds the random numbers of sampling. */
  readonly seed: number;
  /** For the figure `reward`, like the next three; other figures do not depend on it. */
  readonly profile: ProfileChoice;
  /** In the rewards of detection; see `RewardOptions`. @default 0.5 */
  readonly iouThreshold?: number;
  /** Rewards of the caller's own, by name. */
  readonly rewards?: Readonly<Record<string, Reward>>;
  /** The caller's kinds of targets by name: their rewards and figures. Default: none. */
  readonly targetKinds?: TargetKinds;
  /** Weights of rewards by name; 1 if none is given. */
  readonly rewardWeights?: Readonly<Record<string, number>>;
  /** Which questions are asked. @default "all" */
  readonly protocol?: Protocol;
  /** For the protocol `exist-map`. Default: the policy is asked first. */
  readonly present?: PresentCategories;
  /** Set of prompts for that first question. @default "paper" */
  readonly prompts?: PromptSetName;
  /**
   * A control: detection questions cannot be answered 'No Objects'. It separates the gain from
   * saying 'No Objects' less often from the gain from better boxes.
   */
  readonly banNoObjects?: boolean;
  /**
   * Whether the questions ask for thinking. If not, `<think>` is never drawn, and the format
   * that counts is one answer block alone. @default true
   */
  readonly thinking?: boolean;
}

/** What a policy answered. */
export interface Answers {
  /** In the order of the source; their questions are without images. */
  readonly asked: readonly Scored[];
  /** Questions that count as answered 'No Objects'; only with the protocol `exist-map`. */
  readonly notAsked?: readonly Question[];
}

/**
 * Asks the policy each question once, or those that the protocol selects, and computes
 * the figures of the answers: see `figuresOf`.
 *
 * A pure function of the policy's weights, the source and the options.
 *
 * @param signal Aborts between two tokens.
 *
 * @example
 * ```ts
 * import type { Policy } from "../policy/policy.ts";
 * import type { QuestionSource } from "../../data/questions/question.ts";
 * import { evaluate } from "./evaluate.ts";
 *
 * async function accuracy(policy: Policy, heldOut: QuestionSource) {
 *   const figures = await evaluate(policy, heldOut, {
 *     samples: 200,
 *     temperature: 0,
 *     topK: 0,
 *     topP: 1,
 *     maxCompletionLength: 64,
 *     rolloutBatchSize: 16,
 *     seed: 0,
 *     profile: "hardened",
 *   });
 *   return figures.accuracy;
 * }
 * ```
 */
export async function evaluate(
  policy: Pick<Policy, "sample">,
  source: QuestionSource,
  options: EvaluateOptions,
  signal?: AbortSignal,
): Promise<Figures> {
  const { asked, notAsked } = await answerQuestions(policy, source, options, signal);
  return figuresOf(asked, notAsked, options.thinking, options.targetKinds);
}

/** The answers that `evaluate` computes its figures from. */
export async function answerQuestions(
  policy: Pick<Policy, "sample">,
  source: QuestionSource,
  {
    samples,
    profile,
    iouThreshold,
    rewards,
    targetKinds,
    rewardWeights,
    protocol = "all",
    prompts = "paper",
    banNoObjects = false,
    thinking = true,
    ...given
  }: EvaluateOptions,
  signal?: AbortSignal,
): Promise<Answers> {
  const { present: known, ...rest } = given;
  const badWords = thinking ? [] : NO_THINKING;
  const sampling = { ...rest, badWords };
  const present = protocol === "exist-map"
    ? known ??
      await askPresence(policy, source, { samples, prompts, ...sampling }, signal)
    : undefined;
  const notAsked: Question[] = [];
  const choose = (question: Question) => {
    const what = treatment(question, protocol, present);
    if (what === "ask") return question;
    if (what === "count as 'No Objects'") notAsked.push({ ...question, images: [] });
    return undefined;
  };
  const asking = {
    ...{ samples, ...sampling },
    badWords: banNoObjects ? [...badWords, ...NO_OBJECTS_OPENINGS] : badWords,
  };
  const answers = askQuestions(policy, source, asking, choose, signal).pipe(
    parseAnswers(),
    scoreRewards(
      chooseRewards(profile, rewards, { iouThreshold, thinking }, targetKinds),
      rewardWeights,
      { together: sampling.rolloutBatchSize, signal },
    ),
    map((scored) => ({ ...scored, question: { ...scored.question, images: [] } })),
    toArray(),
  );
  const asked = await lastValueFrom(answers);
  return { asked, ...protocol === "exist-map" && { notAsked } };
}

/** Vocabularies differ: 'No Objects' may be one token, or begin with one. */
const NO_OBJECTS_OPENINGS = ["<answer>No", "<answer>No Objects"];
