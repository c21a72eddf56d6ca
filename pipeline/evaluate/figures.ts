import { iou } from "../../data/box.ts";
import type {
  ClassificationTarget,
  DetectionTarget,
  GroundingTarget,
  Target,
} from "../../data/question.ts";
import type { Answer, Scored } from "../../stages/records.ts";
import { rewardsFor } from "../../stages/reward/profiles.ts";
import type { Figures } from "../metrics.ts";
import { averagePrecision } from "./average_precision.ts";
import { matchedIou } from "./matched_iou.ts";

/** An answer beside the truth of one kind. */
interface Judged<T extends Target> {
  readonly id: string;
  readonly answer: Answer;
  readonly target: T;
}

/**
 * What answers are worth, one answer a question. A figure without data is left out.
 *
 * - `questions`; `reward`: mean of the summed rewards; `format_rate`: share of answers in the
 *   asked form; `mean_length`: tokens.
 * - Classification: `accuracy`.
 * - Detection: `map` (mean AP over IoU .50:.05:.95 and categories), `ap50`; `mean_iou`: over
 *   the true boxes, each with the prediction it is paired with; `absent_right`: share of the
 *   questions about an absent category that are answered 'No Objects'.
 * - Grounding: `grounding_mean_iou`; `grounding_acc50`: share of answers at IoU > .5.
 *
 * All but `mean_length`, `questions` and `reward` lie in [0, 1].
 */
export function figuresOf(answers: readonly Scored[]): Figures {
  return {
    questions: answers.length,
    ...share("reward", answers.map(({ reward }) => reward)),
    ...share("format_rate", answers.map(({ answer }) => Number(answer.wellFormed))),
    ...share("mean_length", answers.map(({ tokenIds }) => tokenIds.length)),
    ...classification(ofKind<ClassificationTarget>(answers, "classification")),
    ...detection(ofKind<DetectionTarget>(answers, "detection")),
    ...grounding(ofKind<GroundingTarget>(answers, "grounding")),
  };
}

function classification(judged: readonly Judged<ClassificationTarget>[]): Figures {
  const { accuracy } = rewardsFor("hardened", "classification");
  return share("accuracy", judged.map(({ answer, target }) => accuracy!(answer, target)));
}

function detection(judged: readonly Judged<DetectionTarget>[]): Figures {
  const present = judged.filter(({ target }) => target.boxes.length > 0);
  const absent = judged.filter(({ target }) => target.boxes.length === 0);
  const ious = present.flatMap(({ answer, target }) =>
    matchedIou(answer.detections.map(({ box }) => box), target.boxes)
  );
  const right = absent.map(({ answer }) => Number(answer.noObjects));
  return {
    ...precision(judged),
    ...share("mean_iou", ious),
    ...share("absent_right", right),
  };
}

function precision(judged: readonly Judged<DetectionTarget>[]): Figures {
  const truth = judged.flatMap(({ id, target }) =>
    target.boxes.map((box) => ({ image: id, category: target.category, box }))
  );
  const predicted = judged.flatMap(({ id, answer, target }) =>
    answer.detections.map(({ box, confidence }) => ({
      image: id,
      category: target.category,
      box,
      score: Number.isFinite(confidence) ? confidence! : 0,
    }))
  );
  if (truth.length === 0) return {};
  const { map, ap50 } = averagePrecision(predicted, truth);
  return { map, ap50 };
}

function grounding(judged: readonly Judged<GroundingTarget>[]): Figures {
  const ious = judged.map(({ answer, target }) => {
    const first = answer.detections[0];
    return first ? iou(first.box, target.box) : 0;
  });
  return {
    ...share("grounding_mean_iou", ious),
    ...share("grounding_acc50", ious.map((value) => Number(value > 0.5))),
  };
}

function ofKind<T extends Target>(
  answers: readonly Scored[],
  kind: T["kind"],
): Judged<T>[] {
  return answers.flatMap(({ question, answer }) =>
    question.target.kind === kind
      ? [{ id: question.id, answer, target: question.target as T }]
      : []
  );
}

/** The mean by name; nothing where there are no values. */
function share(name: string, values: readonly number[]): Figures {
  if (values.length === 0) return {};
  return { [name]: values.reduce((sum, value) => sum + value, 0) / values.length };
}
