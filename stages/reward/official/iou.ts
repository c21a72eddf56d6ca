import type { Answer } from "../../records.ts";
import type { Target } from "../../../data/questions/question.ts";
import { type RewardOptions, thresholdOf } from "../criteria/options.ts";
import { officialResults } from "./detection.ts";

/**
 * `accuracy_reward_iou` of the official grpo.py, exactly:
 *
 *   R_IoU = (1/N) Σᵢ iouᵢ,   N = max(n, g),
 *
 * over the n stated boxes that differ, with g the number of true boxes and iouᵢ the IoU of box i
 * with the true box that it is matched with at IoU > 0.5. See `officialResults` for how it reads
 * the text. The symbolic-mathematics shortcut before it is left out.
 *
 * On an image without the object nothing earns anything, `No Objects` included.
 *
 * @param options May set another threshold than the authors' 0.5.
 * @returns A number in [0, 1]; 0 for targets of another kind.
 *
 * @example A line break costs everything
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { iou } from "./iou.ts";
 *
 * const boxes = [{ x1: 0, y1: 0, x2: 10, y2: 10 }];
 * const target = { kind: "detection", category: "cat", boxes } as const;
 * const list = "[{'Position': [0, 0, 10, 10], 'Confidence': 1}]";
 * iou(parseAnswer(`<answer>${list}</answer>`), target); // 1
 * iou(parseAnswer(`<answer>${list}\n</answer>`), target); // 0
 * ```
 */
export function iou(
  answer: Answer,
  target: Target,
  options: RewardOptions = {},
): number {
  if (target.kind !== "detection") return 0;
  const results = officialResults(answer, target.boxes, thresholdOf(options));
  if (results === undefined) return 0;
  const sum = results.reduce((sum, result) => sum + result.iou, 0);
  return Math.min(sum / Math.max(results.length, target.boxes.length), 1);
}
