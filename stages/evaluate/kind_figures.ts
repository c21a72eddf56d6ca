import { mean } from "../../data/statistics.ts";
import type { Target } from "../../data/questions/question.ts";
import { readNumber } from "../parse/read_number.ts";
import type { Answer, Figures } from "../records.ts";
import { choiceAccuracy } from "../reward/kinds/choice_accuracy.ts";
import { numberAccuracy } from "../reward/kinds/number_accuracy.ts";
import { pointHit } from "../reward/kinds/point_hit.ts";
import { textSimilarity } from "../reward/kinds/text_similarity.ts";

/** An answer and the ground truth. */
export interface AnswerOfKind {
  readonly answer: Answer;
  readonly target: Target;
}

/** An error counts as this at most: sums of such numbers are finite. */
const FARTHEST = 1e100;

/**
 * The figures of answers to questions for a number, a text, a choice or a point; see `figuresOf`.
 * A figure without data is left out.
 */
export function kindFigures(answers: readonly AnswerOfKind[]): Figures {
  const of = (kind: Target["kind"]) =>
    answers.filter(({ target }) => target.kind === kind);
  const values = (
    kind: Target["kind"],
    worth: (answer: Answer, target: Target) => number,
  ) => of(kind).map(({ answer, target }) => worth(answer, target));
  const similarities = values("text", textSimilarity);
  return {
    ...share("number_accuracy", values("number", numberAccuracy)),
    ...share("number_mean_error", of("number").flatMap(numberError)),
    ...share("text_similarity", similarities),
    ...share("text_exact", similarities.map((value) => Number(value === 1))),
    ...share("choice_accuracy", values("choice", choiceAccuracy)),
    ...share("point_accuracy", values("point", pointHit)),
  };
}

function numberError({ answer, target }: AnswerOfKind): number[] {
  const stated = readNumber(answer.content ?? "");
  if (stated === undefined || target.kind !== "number") return [];
  return [Math.min(Math.abs(stated - target.value), FARTHEST)];
}

function share(name: string, values: readonly number[]): Figures {
  return values.length === 0 ? {} : { [name]: mean(values) };
}
