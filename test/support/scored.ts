import type { Question, Target } from "../../data/questions/question.ts";
import { parseAnswer } from "../../stages/parse/parse_answer.ts";
import type { Completion, Group, Parsed, Scored } from "../../stages/records.ts";

/** A question without a picture, whose right answer is "cat" unless said otherwise. */
export function questionOf(
  id: string,
  target: Target = { kind: "classification", label: "cat" },
): Question {
  return { id, images: [], prompt: `What is ${id}?`, target };
}

/** Completion `index` of a question in step 0; each character of `text` is a token. */
export function completionOf(
  question: Question,
  index: number,
  text: string,
): Completion {
  return {
    id: `0/${question.id}/${index}`,
    step: 0,
    question,
    index,
    text,
    tokenIds: [...text].map((_, t) => t),
    logProbs: [...text].map(() => -1),
    finish: "stop",
    policyVersion: 0,
  };
}

/** The same, parsed. */
export function parsedOf(question: Question, index: number, text: string): Parsed {
  return { ...completionOf(question, index, text), answer: parseAnswer(text) };
}

/** The same with text "abc", of the given reward. */
export function scoredOf(question: Question, index: number, reward: number): Scored {
  return { ...parsedOf(question, index, "abc"), rewards: { reward }, reward };
}

/** A group whose completions have the given texts and advantages. */
export function groupOf(
  id: string,
  completions: readonly (readonly [text: string, advantage: number])[],
): Group {
  const question = questionOf(id);
  return {
    question,
    completions: completions.map(([text, advantage], i) => ({
      ...parsedOf(question, i, text),
      rewards: {},
      reward: advantage,
      advantage,
    })),
    rewardMean: 0,
    rewardStd: 1,
  };
}
