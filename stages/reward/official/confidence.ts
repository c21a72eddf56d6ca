import { mean } from "../../../data/statistics.ts";
import type { Answer } from "../../records.ts";
import type { Target } from "../../../data/questions/question.ts";
import { type RewardOptions, thresholdOf } from "../criteria/options.ts";
import { officialResults } from "./detection.ts";

/**
 * `accuracy_reward_confidence` of the official grpo.py, exactly:
 *
 *   R_conf = (1/n) Σᵢ rᵢ clamped to [0, 1],   rᵢ = cᵢ if box i is matched, 1 − cᵢ otherwise,
 *
 * over the n stated boxes that differ, with cᵢ the confidence as stated. See `officialResults`
 * for how it reads the text.
 *
 * Only the mean is clamped, so a wrong box with confidence −5 pays for five others; and a
 * stated NaN, which Python's JSON reads, becomes the reward: such a run stops with an error.
 *
 * @param options May set another threshold than the authors' 0.5.
 * @returns A number in [0, 1], or NaN; 0 for targets of another kind.
 *
 * @example A wrong box that says so
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { confidence } from "./confidence.ts";
 *
 * const boxes = [{ x1: 0, y1: 0, x2: 10, y2: 10 }];
 * const answer = parseAnswer(
 *   "<answer>[{'Position': [50, 50, 60, 60], 'Confidence': 0}]</answer>",
 * );
 * confidence(answer, { kind: "detection", category: "cat", boxes }); // 1
 * ```
 */
export function confidence(
  answer: Answer,
  target: Target,
  options: RewardOptions = {},
): number {
  if (target.kind !== "detection") return 0;
  const results = officialResults(answer, target.boxes, thresholdOf(options));
  if (results === undefined) return 0;
  const paid = results.map(({ iou, confidence }) =>
    iou === 0 ? 1 - confidence : confidence
  );
  return Math.max(0, Math.min(mean(paid), 1)); // NaN passes through both
}
