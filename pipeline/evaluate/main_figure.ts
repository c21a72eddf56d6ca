import { mean } from "../../data/statistics.ts";
import type { Figures } from "../../stages/records.ts";

/** The figure that says how good answers of each kind are, the most telling first. */
export const MAIN_FIGURES: readonly string[] = [
  ...["map", "grounding_mean_iou", "accuracy", "number_accuracy", "text_similarity"],
  ...["choice_accuracy", "point_accuracy"],
];

/**
 * The one figure that says how good a model's held-out answers are: mAP of detection, mean IoU
 * of grounding, accuracy of classification, numbers, choices and points, similarity of texts, or
 * their mean if several kinds were asked; the mean reward if none was.
 *
 * @returns `undefined` if there are no figures.
 *
 * @example
 * ```ts
 * import { mainFigure } from "./main_figure.ts";
 *
 * mainFigure({ questions: 9, reward: 1.5, accuracy: 0.75 }); // 0.75
 * mainFigure({}); // undefined
 * ```
 */
export function mainFigure(figures: Figures): number | undefined {
  const found = MAIN_FIGURES.flatMap((name) => figures[name] ?? []);
  if (found.length === 0) return figures.reward;
  return mean(found);
}
