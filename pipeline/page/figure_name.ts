import { MAIN_FIGURES } from "../evaluate/main_figure.ts";
/** Figures whose titles differ from their names, the most telling first. */
const NAMES: Readonly<Record<string, string>> = {
  map: "mAP",
  ap50: "AP50",
  map_equal_confidence: "mAP, equal confidences",
  mean_iou: "mean IoU",
  absent_right: "absent accuracy",
  grounding_mean_iou: "mIoU",
  grounding_acc50: "Acc@0.5",
  grounding_giou: "gIoU",
  grounding_ciou: "cIoU",
  accuracy: "accuracy",
  number_accuracy: "number accuracy",
  number_mean_error: "number, mean error",
  text_similarity: "text similarity",
  text_exact: "text, exact",
  choice_accuracy: "choice accuracy",
  point_accuracy: "point accuracy",
  reward: "reward",
  format_rate: "format rate",
  mean_length: "tokens",
};

/** Figures that count questions: they have no curve. */
const COUNTS: readonly string[] = ["questions", "not_asked"];

/** Figures of which less is better, or no better. */
const LOW: readonly string[] = ["mean_length", "number_mean_error"];

/** The figures that describe a run, the most telling first. */
const HEADLINES: readonly string[] = [...MAIN_FIGURES, "reward"];

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

/** The same at the beginning of a line: "Mean IoU", but "mAP". */
export function figureTitle(figure: string): string {
  const name = figureName(figure);
  return /^[a-z][A-Z]/.test(name) ? name : name.charAt(0).toUpperCase() + name.slice(1);
}

/** Names of figures, each once; those that say most first, counts last. */
export function figureOrder(names: readonly string[]): string[] {
  const known = Object.keys(NAMES);
  const place = (name: string) =>
    COUNTS.includes(name) ? Infinity : (known.indexOf(name) + 1) || known.length + 1;
  // Two infinities less each other are NaN, which sorts as equal.
  return [...new Set(names)].sort((a, b) => place(a) - place(b) || 0);
}

/** Whether a figure counts questions. */
export function isCount(figure: string): boolean {
  return COUNTS.includes(figure);
}

/** Whether more of a figure is better. */
export function isBetterHigh(figure: string): boolean {
  return !isCount(figure) && !LOW.includes(figure);
}

/** The figure that says most of a run; `undefined` if it has none of them. */
export function headlineOf(
  figures: Readonly<Record<string, number>>,
): string | undefined {
  return HEADLINES.find((name) => Object.hasOwn(figures, name));
}
