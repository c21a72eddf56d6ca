import { mean } from "../../../data/statistics.ts";
import type { Answer } from "../../records.ts";
import type { Target } from "../../../data/questions/question.ts";
import { matchBoxes } from "../criteria/match.ts";
import { ofCategory } from "../criteria/of_category.ts";
import { type RewardOptions, thresholdOf } from "../criteria/options.ts";

/**
 * Overlap of the stated boxes with what they found (eq. 8 of the paper):
 *
 *   R_IoU = (1/n) Σᵢ iouᵢ
 *
 * with n the number of stated boxes and iouᵢ the IoU of box i with the true box that it is
 * matched with at IoU > 0.5, 0 if it is matched with none.
 *
 * A true box that is not stated costs nothing: one right box out of ten earns 1.
 *
 * @param options May set another threshold than 0.5.
 * @returns A number in [0, 1]; 0 for no boxes and for targets of another kind.
 *
 * @example One box found, one wrong
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { iou } from "./iou.ts";
 *
 * const answer = parseAnswer(
 *   "<answer>[{'Position': [0, 0, 10, 10]}, {'Position': [50, 50, 60, 60]}]</answer>",
 * );
 * const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
 * iou(answer, { kind: "detection", category: "cat", boxes: [box] }); // 0.5
 * ```
 */
export function iou(
  answer: Answer,
  target: Target,
  options: RewardOptions = {},
): number {
  if (target.kind !== "detection") return 0;
  const detections = ofCategory(answer.detections, target);
  if (detections.length === 0) return 0;
  const matches = matchBoxes(detections, target.boxes, thresholdOf(options));
  return mean(matches.map((match) => match.iou));
}
