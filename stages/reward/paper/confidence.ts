import { mean } from "../../../data/statistics.ts";
import type { Answer } from "../../records.ts";
import type { Target } from "../../../data/questions/question.ts";
import { matchBoxes } from "../criteria/match.ts";
import { ofCategory } from "../criteria/of_category.ts";
import { type RewardOptions, thresholdOf } from "../criteria/options.ts";

/**
 * How well stated confidences agree with what was found (eqs. 9 and 10 of the paper):
 *
 *   R_conf = (1/n) Σᵢ rᵢ,   rᵢ = cᵢ if box i is matched, 1 − cᵢ if it is not,
 *
 * with n the number of stated boxes and cᵢ the stated confidence of box i, clamped to [0, 1].
 *
 * The expected reward of a box that is right with probability p is linear in c: it is highest
 * at an extreme, 0 or 1, for every p. And a box that is certainly wrong earns 1 for saying so.
 *
 * @param options May set another threshold than 0.5.
 * @returns A number in [0, 1]; 0 for no boxes and for targets of another kind.
 *
 * @example A found box with confidence 0.8
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { confidence } from "./confidence.ts";
 *
 * const answer = parseAnswer(
 *   "<answer>[{'Position': [0, 0, 10, 10], 'Confidence': 0.8}]</answer>",
 * );
 * const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
 * confidence(answer, { kind: "detection", category: "cat", boxes: [box] }); // 0.8
 * ```
 */
export function confidence(
  answer: Answer,
  target: Target,
  options: RewardOptions = {},
): number {
  if (target.kind !== "detection") return 0;
  const detections = ofCategory(answer.detections, target);
  if (detections.length === 0) return 0;
  const paid = matchBoxes(detections, target.boxes, thresholdOf(options))
    .map((match) => match.target === undefined ? 1 - match.confidence : match.confidence);
  return mean(paid);
}
