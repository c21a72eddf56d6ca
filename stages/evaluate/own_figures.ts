import type { Question } from "../../data/questions/question.ts";
import { mean } from "../../data/statistics.ts";
import type { Answer, Figures } from "../records.ts";
import { judgeAnswer } from "../reward/judge/judge_answer.ts";
import { asRewards, targetKind, type TargetKinds } from "../reward/target_kind.ts";

/** An answer to a question. */
export interface OwnAnswer {
  readonly answer: Answer;
  readonly question: Pick<Question, "id" | "target">;
}

/**
 * The figures of the caller's kinds, `NAME/figure`: means over the questions of each kind.
 *
 * @throws {RangeError} If a target is of a kind that is not defined.
 * @throws {TypeError} If a figure throws or is not a finite number in ±1e100: names it and the
 * question.
 */
export function ownFigures(answers: readonly OwnAnswer[], kinds: TargetKinds): Figures {
  const values = new Map<string, number[]>();
  for (const { answer, question: { id, target } } of answers) {
    if (target.kind !== "own") continue;
    const { figures, rewards } = targetKind(target.name, kinds);
    for (const [name, worth] of Object.entries(asRewards(figures ?? rewards))) {
      const figure = `${target.name}/${name}`;
      const value = judgeAnswer(figure, worth, answer, target);
      if (typeof value !== "number") {
        throw new TypeError(
          `Figure ${JSON.stringify(figure)} of question ${id} ${value.why}`,
          { cause: value.cause },
        );
      }
      const all = values.get(figure);
      if (all === undefined) values.set(figure, [value]);
      else all.push(value);
    }
  }
  return Object.fromEntries([...values].map(([name, all]) => [name, mean(all)]));
}
