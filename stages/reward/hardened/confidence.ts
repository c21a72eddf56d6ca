import type { Answer } from "../../records.ts";
import type { Target } from "../../../data/questions/question.ts";
import { matchBoxes } from "../criteria/match.ts";
import { ofCategory } from "../criteria/of_category.ts";
import { type RewardOptions, thresholdOf } from "../criteria/options.ts";

/**
 * How well stated confidences are calibrated: a proper scoring rule instead of the paper's
 * eqs. 9 and 10, whose expectation is highest at an extreme.
 *
 *   R_conf = (N + 1 + Σᵢ sᵢ) / ((2g + 1) · 2^(N − g)),   sᵢ = hᵢ − (cᵢ − hᵢ)²,   N = max(n, g),
 *
 * with n the number of stated boxes, g ≥ 1 the number of true ones, cᵢ the confidence of box i
 * clamped to [0, 1] (0 if none is stated), and hᵢ 1 if it is matched at IoU > 0.5, else 0.
 *
 * Why this form:
 * - 1 − (c − h)² is the quadratic (Brier) score. Shifting it by h − 1 does not depend on c, so
 *   the expectation of sᵢ for a box that is right with probability p is p² − (c − p)²: highest
 *   at c = p, where it is p² ≥ 0. All boxes of an answer have equal weight.
 * - A box that misses has sᵢ = −c²: doubt limits the loss but earns nothing, so that boxes
 *   stated only to be doubted earn nothing.
 * - Beyond g boxes the reward halves with each. Without it, such boxes would thin out the loss
 *   of a confident miss; with it, adding a box that misses never raises the reward of an answer.
 *
 * On an image without the object `No Objects` earns 1 and everything else 0; on one with it,
 * an answer without boxes earns 0.
 *
 * @param options May set another threshold than 0.5.
 * @returns A number in [0, 1]; 1 only for every true box found at confidence 1 and no other
 * stated; 0 for targets of another kind.
 *
 * @example One true box: found and sure, doubted, missed and sure
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { confidence } from "./confidence.ts";
 *
 * const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
 * const target = { kind: "detection", category: "cat", boxes: [box] } as const;
 * const says = (position: string, c: number) =>
 *   parseAnswer(`<answer>[{'Position': ${position}, 'Confidence': ${c}}]</answer>`);
 *
 * confidence(says("[0, 0, 10, 10]", 1), target); // 1
 * confidence(says("[0, 0, 10, 10]", 0), target); // 2/3
 * confidence(says("[50, 50, 60, 60]", 1), target); // 1/3
 * ```
 */
export function confidence(
  answer: Answer,
  target: Target,
  options: RewardOptions = {},
): number {
  if (target.kind !== "detection") return 0;
  const g = target.boxes.length;
  if (g === 0) return answer.noObjects ? 1 : 0;
  const detections = ofCategory(answer.detections, target);
  if (detections.length === 0) return 0;
  const N = Math.max(detections.length, g);
  let sum = 0;
  for (const match of matchBoxes(detections, target.boxes, thresholdOf(options))) {
    const hit = match.target === undefined ? 0 : 1;
    sum += hit - (match.confidence - hit) ** 2;
  }
  return (N + 1 + sum) / ((2 * g + 1) * 2 ** (N - g));
}
