import { mean } from "../../data/statistics.ts";
import { frameToPixels, iou } from "../../data/geometry/box.ts";
import { boxMask } from "../../data/geometry/mask/box_mask.ts";
import type {
  ClassificationTarget,
  DetectionTarget,
  GroundingTarget,
  Question,
  Target,
} from "../../data/questions/question.ts";
import { parseAnswer } from "../parse/parse_answer.ts";
import type { Answer, Scored } from "../records.ts";
import { ofCategory } from "../reward/criteria/of_category.ts";
import { isInAskedForm } from "../reward/criteria/in_asked_form.ts";
import { isInForm } from "../reward/criteria/in_form.ts";
import { rewardsFor } from "../reward/profiles.ts";
import type { Figures } from "../records.ts";
import { averagePrecision } from "./average_precision.ts";
import { groundingIou } from "./coco/grounding_iou.ts";
import { kindFigures } from "./kind_figures.ts";
import { matchedIou } from "./matched_iou.ts";
import { ownFigures } from "./own_figures.ts";
import type { TargetKinds } from "../reward/target_kind.ts";

/** An answer to judge: a scored completion, or the part of one that figures need. */
export interface ScoredAnswer extends Pick<Scored, "answer" | "reward"> {
  /** What was asked. */
  readonly question: Pick<Question, "id" | "target" | "mask" | "form">;
  /** Its tokens, of which only the number counts. */
  readonly tokenIds: { readonly length: number };
}

/** An answer and the ground truth of one kind. */
interface Judged<T extends Target> {
  readonly id: string;
  readonly answer: Answer;
  readonly target: T;
  readonly mask?: Question["mask"];
}

/**
 * The figures of answers, one answer per question. A figure without data is left out.
 *
 * - `questions`; `reward`: mean of the summed rewards; `format_rate`: share of answers in the
 *   asked form; `mean_length`: tokens.
 * - Classification: `accuracy`.
 * - Detection: `map` (mean AP over IoU .50:.05:.95 and categories), `ap50`;
 *   `map_equal_confidence`: the same as `map` with all confidences equal, a control that no
 *   ranking by confidence helps; `mean_iou`: over the true boxes, each with the prediction it
 *   is paired with; `absent_right`: share of the questions about an absent category that are
 *   answered 'No Objects'.
 * - Grounding: `grounding_mean_iou`; `grounding_acc50`: share of answers at IoU > .5.
 * - Grounding, if questions have masks: `grounding_giou`, `grounding_ciou`: the box answered,
 *   filled, against the mask, as `groundingIou` counts. A box around all of a region reaches
 *   the region's share of that box and no more, and 1 is for rectangles: these are lower than,
 *   and not comparable with, figures of masks that a segmentation model draws inside the box,
 *   such as the paper's for LISA.
 *
 * - With `notAsked`: how many they are; `presence_precision`: share of the questions asked
 * whose category is present; `presence_recall`: share of the present categories that were
 * asked for.
 *
 * - Numbers: `number_accuracy`, share of right ones; `number_mean_error`: mean distance of the
 *   stated numbers from the right ones, over the answers that state one (for counts: MAE).
 * - Texts: `text_similarity`, mean; `text_exact`: share that is right to the letter.
 * - Choices: `choice_accuracy`. Points: `point_accuracy`, share in the region.
 * - Kinds of the caller's own: `NAME/figure`, means; see `TargetKind`.
 *
 * All but `mean_length`, `questions`, `not_asked`, `number_mean_error`, `reward` and figures of the
 * caller's own lie in [0, 1].
 *
 * @param notAsked Detection questions that count as answered 'No Objects', in the figures of
 * detection and in no other: those that the protocol `exist-map` kept back.
 * @param thinking Whether the asked form has a think block, for `format_rate`.
 * @param kinds The caller's kinds of targets by name.
 * @throws {RangeError} If a target is of a kind that is not among them.
 * @throws {TypeError} If a figure of theirs throws or is not a finite number.
 */
export function figuresOf(
  answers: readonly ScoredAnswer[],
  notAsked?: readonly ScoredAnswer["question"][],
  thinking = true,
  kinds: TargetKinds = {},
): Figures {
  const presumed = (notAsked ?? []).map((question) => ({
    question,
    answer: ANSWER_NO_OBJECTS,
  }));
  return {
    questions: answers.length,
    ...notAsked && presence(answers.map(({ question }) => question), notAsked),
    ...share("reward", answers.map(({ reward }) => reward)),
    ...share(
      "format_rate",
      answers.map(({ answer, question: { target, form } }) =>
        Number(
          isInForm(answer, { thinking }) && isInAskedForm(answer, target.kind, form),
        )
      ),
    ),
    ...share("mean_length", answers.map(({ tokenIds }) => tokenIds.length)),
    ...classification(ofKind<ClassificationTarget>(answers, "classification")),
    ...detection(ofKind<DetectionTarget>([...answers, ...presumed], "detection")),
    ...grounding(ofKind<GroundingTarget>(answers, "grounding")),
    ...kindFigures(
      answers.map(({ answer, question: { target } }) => ({ answer, target })),
    ),
    ...ownFigures(answers, kinds),
  };
}

const ANSWER_NO_OBJECTS = parseAnswer("<answer>No Objects</answer>");

function presence(
  asked: readonly ScoredAnswer["question"][],
  notAsked: readonly ScoredAnswer["question"][],
): Figures {
  const isThere = ({ target }: ScoredAnswer["question"]) =>
    Number(target.kind === "detection" && target.boxes.length > 0);
  const found = asked.filter(isThere).map(() => 1);
  return {
    not_asked: notAsked.length,
    ...share("presence_precision", asked.map(isThere)),
    ...share("presence_recall", [...found, ...notAsked.filter(isThere).map(() => 0)]),
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
    matchedIou(
      ofCategory(answer.detections, target).map(({ box }) => box),
      target.boxes,
    )
  );
  const right = absent.map(({ answer }) => Number(answer.noObjects));
  return {
    ...precision(judged),
    ...share("mean_iou", ious),
    ...share("absent_right", right),
  };
}

function precision(judged: readonly Judged<DetectionTarget>[]): Figures {
  const { predicted, truth } = boxesOf(judged);
  if (truth.length === 0) return {};
  const { map, ap50 } = averagePrecision(predicted, truth);
  const unranked = predicted.map((box) => ({ ...box, score: 1 }));
  return { map, ap50, map_equal_confidence: averagePrecision(unranked, truth).map };
}

/**
 * Figures by category, in [0, 1]: average precision of those that have a true box,
 * and accuracy of labels. Means over categories of detection are `map`.
 */
export function categoryFigures(answers: readonly ScoredAnswer[]): Figures {
  const { predicted, truth } = boxesOf(ofKind<DetectionTarget>(answers, "detection"));
  const labelled = Map.groupBy(
    ofKind<ClassificationTarget>(answers, "classification"),
    ({ target }) => target.label,
  );
  return {
    ...truth.length > 0 &&
      Object.fromEntries(averagePrecision(predicted, truth).categories),
    ...Object.fromEntries(
      [...labelled].map(([label, judged]) => [label, classification(judged).accuracy!]),
    ),
  };
}

function boxesOf(judged: readonly Judged<DetectionTarget>[]) {
  const truth = judged.flatMap(({ id, target }) =>
    target.boxes.map((box) => ({ image: id, category: target.category, box }))
  );
  const predicted = judged.flatMap(({ id, answer, target }) =>
    ofCategory(answer.detections, target).map(({ box, confidence }) => ({
      image: id,
      category: target.category,
      box,
      score: Number.isFinite(confidence) ? confidence! : 0,
    }))
  );
  return { predicted, truth };
}

function grounding(judged: readonly Judged<GroundingTarget>[]): Figures {
  const pairs = judged.flatMap(({ answer, mask }) => {
    if (mask === undefined) return [];
    const [height, width] = mask.size;
    const box = answer.detections[0]?.box ?? NOWHERE;
    const predicted = boxMask(frameToPixels(box, width, height), mask.size);
    return [{ predicted, truth: mask }];
  });
  const { gIoU, cIoU } = groundingIou(pairs);
  const ious = judged.map(({ answer, target }) => {
    const first = answer.detections[0];
    return first ? iou(first.box, target.box) : 0;
  });
  return {
    ...share("grounding_mean_iou", ious),
    ...share("grounding_acc50", ious.map((value) => Number(value > 0.5))),
    ...pairs.length > 0 && { grounding_giou: gIoU, grounding_ciou: cIoU },
  };
}

/** The box of an answer without one. */
const NOWHERE = { x1: 0, y1: 0, x2: 0, y2: 0 };

function ofKind<T extends Target>(
  answers: readonly Pick<ScoredAnswer, "question" | "answer">[],
  kind: T["kind"],
): Judged<T>[] {
  return answers.flatMap(({ question, answer }) =>
    question.target.kind === kind
      ? [{ id: question.id, answer, target: question.target as T, mask: question.mask }]
      : []
  );
}

/** The mean by name; nothing if there are no values. */
function share(name: string, values: readonly number[]): Figures {
  if (values.length === 0) return {};
  return { [name]: mean(values) };
}
