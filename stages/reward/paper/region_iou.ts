import type { Answer } from "../../records.ts";
import type { Target } from "../../../data/questions/question.ts";
import { iou } from "../../../data/geometry/box.ts";

/**
 * Overlap of the stated region with the one meant (section 3.2 of the paper):
 *
 *   R_IoU = iou(first stated box, true box).
 *
 * @returns A number in [0, 1]; 0 for no box and for targets of another kind.
 *
 * @example Half of the region
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { regionIou } from "./region_iou.ts";
 *
 * const box = { x1: 100, y1: 100, x2: 300, y2: 300 };
 * const answer = parseAnswer("<answer>(100,100),(300,200)</answer>");
 * regionIou(answer, { kind: "grounding", box }); // 0.5
 * ```
 */
export function regionIou({ detections }: Answer, target: Target): number {
  const stated = detections[0]?.box;
  if (target.kind !== "grounding" || stated === undefined) return 0;
  return iou(stated, target.box);
}
