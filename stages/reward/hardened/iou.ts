import type { Answer } from "../../records.ts";
import type { Target } from "../../../data/questions/question.ts";
import { matchBoxes } from "../criteria/match.ts";
import { ofCategory } from "../criteria/of_category.ts";
import { type RewardOptions, thresholdOf } from "../criteria/options.ts";

/**
 * Overlap of the stated with the true boxes, both ways:
 *
 *   R_IoU = (1/N) Σᵢ iouᵢ,   N = max(n, g),
 *
 * with n the number of stated boxes, g the number of true ones, and iouᵢ the IoU of box i with
 * the true box that it is matched with at IoU > 0.5, 0 if it is matched with none.
 *
 * The mean of the paper's eq. 8 with the denominator of the authors' code: boxes left out cost
 * as much as wrong boxes. On an image without the object, `No Objects` earns 1 and
 * everything else 0. Repeated boxes, inverted corners and a thousand guesses only add to n.
 *
 * @param options May set another threshold than 0.5.
 * @returns A number in [0, 1]; 0 for targets of another kind.
 *
 * @example One of two true boxes found
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { iou } from "./iou.ts";
 *
 * const answer = parseAnswer("<answer>[{'Position': [0, 0, 10, 10]}]</answer>");
 * const boxes = [{ x1: 0, y1: 0, x2: 10, y2: 10 }, { x1: 50, y1: 50, x2: 60, y2: 60 }];
 * iou(answer, { kind: "detection", category: "cat", boxes }); // 0.5
 * ```
 */
export function iou(
  answer: Answer,
  target: Target,
  options: RewardOptions = {},
): number {
  if (target.kind !== "detection") return 0;
  if (target.boxes.length === 0) return answer.noObjects ? 1 : 0;
  const detections = ofCategory(answer.detections, target);
  const matches = matchBoxes(detections, target.boxes, thresholdOf(options));
  const found = matches.reduce((sum, match) => sum + match.iou, 0);
  return found / Math.max(matches.length, target.boxes.length);
}
