import { normaliseLabel } from "../../../data/questions/label.ts";
import {
  type DetectionTarget,
  UNNAMED_CATEGORY,
} from "../../../data/questions/question.ts";
import type { Detection } from "../../records.ts";

/**
 * The boxes of an answer that are said to be of the category asked for: those without a label, and
 * those whose label is the category after `normaliseLabel`. A box that is labelled otherwise, be it
 * the plural, is another thing's. If the question names no category, all boxes count.
 *
 * @example
 * ```ts
 * import { ofCategory } from "./of_category.ts";
 *
 * const box = { x1: 0, y1: 0, x2: 9, y2: 9 };
 * const target = { kind: "detection", category: "cup", boxes: [] } as const;
 * ofCategory([{ box, label: "Cup" }, { box, label: "dog" }, { box }], target).length; // 2
 * ```
 */
export function ofCategory(
  detections: readonly Detection[],
  { category }: Pick<DetectionTarget, "category">,
): readonly Detection[] {
  if (category === UNNAMED_CATEGORY) return detections;
  const wanted = normaliseLabel(category);
  return detections.filter(({ label }) =>
    label === undefined || normaliseLabel(label) === wanted
  );
}
