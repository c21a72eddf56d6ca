import type { Scored } from "../../stages/records.ts";
import type { AnswerRow } from "./answers.ts";

/** An answer as a line of answers.jsonl: all but pixels and tokens. */
export function answerRow(step: number, split: string, answer: Scored): AnswerRow {
  const { question, text, frame, tokenIds, rewards, reward } = answer;
  return {
    id: `${step}/${split}/${question.id}`,
    step,
    split,
    question: question.id,
    prompt: question.prompt,
    ...question.system !== undefined && { system: question.system },
    target: question.target,
    text,
    frame,
    tokens: tokenIds.length,
    rewards,
    reward,
  };
}
