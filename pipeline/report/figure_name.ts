/** Figures that are written otherwise than their names. */
const NAMES: Readonly<Record<string, string>> = {
  map: "mAP",
  ap50: "AP50",
  map_equal_confidence: "mAP, equal confidences",
  mean_iou: "mean IoU",
  absent_right: "absent accuracy",
  format_rate: "in form",
  mean_length: "tokens",
  grounding_mean_iou: "mIoU",
  grounding_acc50: "Acc@0.5",
  grounding_giou: "gIoU",
  grounding_ciou: "cIoU",
};

/** Figures of which more is neither better nor worse. */
const NEUTRAL: readonly string[] = ["mean_length", "questions", "not_asked"];

/** The figures that a run is known by, the first that it has. */
const HEADLINES = ["map", "grounding_mean_iou", "accuracy", "reward"] as const;

/**
 * A held-out figure's name for people.
 *
 * @example
 * ```ts
 * import { figureName } from "./figure_name.ts";
 *
 * figureName("map"); // "mAP"
 * figureName("presence_recall"); // "presence recall"
 * ```
 */
export function figureName(figure: string): string {
  return Object.hasOwn(NAMES, figure) ? NAMES[figure]! : figure.replaceAll("_", " ");
}

/** Whether more of a figure is better. */
export function isBetterHigh(figure: string): boolean {
  return !NEUTRAL.includes(figure);
}

/** The figure that says most of a run; `undefined` where it has none of them. */
export function headlineOf(
  figures: Readonly<Record<string, number>>,
): string | undefined {
  return HEADLINES.find((name) => Object.hasOwn(figures, name));
}
