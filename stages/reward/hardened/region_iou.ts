import type { Answer } from "../../records.ts";
import type { Target } from "../../../data/questions/question.ts";
import { iou } from "../../../data/geometry/box.ts";

/**
 * Overlap of the stated region with the one meant:
 *
 *   R_IoU = iou(the stated box, the true box) if exactly one box is stated, else 0.
 *
 * The paper's IoU reward (section 3.2), which says nothing of answers with several boxes: a
 * sentence means one region, so they earn nothing. Inverted corners have no area.
 *
 * @returns A number in [0, 1]; 0 for targets of another kind.
 *
 * @example
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { regionIou } from "./region_iou.ts";
 *
 * const target = { kind: "grounding", box: { x1: 0, y1: 0, x2: 200, y2: 200 } } as const;
 * regionIou(parseAnswer("<answer>(0,0),(200,100)</answer>"), target); // 0.5
 * regionIou(parseAnswer("<answer>(0,0),(200,200) (0,0),(9,9)</answer>"), target); // 0
 * ```
 */
export function regionIou({ detections }: Answer, target: Target): number {
  const [stated, another] = detections;
  if (target.kind !== "grounding" || stated === undefined) return 0;
  return another === undefined ? iou(stated.box, target.box) : 0;
}
