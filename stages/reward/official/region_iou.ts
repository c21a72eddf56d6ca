import type { Answer } from "../../records.ts";
import type { Target } from "../../../data/questions/question.ts";
import { PYTHON_SPACE, pythonInt, studentAnswer } from "./python_text.ts";

const S = `[${PYTHON_SPACE}]*`;
const POINT = String.raw`\(${S}(\p{Nd}+)${S},${S}(\p{Nd}+)${S}\)`;
const BOX = new RegExp(`${POINT}${S},${S}${POINT}`, "gu");

/**
 * `accuracy_reward` of the official grpo_lisa.py, exactly:
 *
 *   R = 1 + IoU − (C − U) / C,
 *
 * with U the area of the union and C that of the smallest box around both, in the frame 0–1:
 * 1 + GIoU of two boxes. Only unsigned integers are read, digits of any script among them.
 *
 * Areas are signed, so inverted corners leave the range: (1000,1000),(0,0) earns 26 for a box of
 * 200 x 200. Of several stated boxes the upper corners of the first two make the box.
 *
 * @returns At most 2 for ordered corners, unbounded without them (NaN if areas overflow); 0
 * if nothing can be read and for targets of another kind.
 *
 * @example Half of the region
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { regionIou } from "./region_iou.ts";
 *
 * const box = { x1: 100, y1: 100, x2: 300, y2: 300 };
 * const answer = parseAnswer("<answer>(100,100),(300,200)</answer>");
 * regionIou(answer, { kind: "grounding", box }); // 1.5
 * ```
 */
export function regionIou({ text }: Answer, target: Target): number {
  if (target.kind !== "grounding") return 0;
  const { x1, y1, x2, y2 } = target.box;
  const truth = [x1, y1, x2, y2].map(Math.round) as [number, number, number, number];
  const stated = studentAnswer(text, true);
  if (stated === `(${truth[0]},${truth[1]}),(${truth[2]},${truth[3]})`) return 2;
  const boxes = [...stated.matchAll(BOX)].map((found) => found.slice(1).map(pythonInt));
  const [a, b, c, d] = boxes[0] ?? [];
  if (a === undefined || b === undefined || c === undefined || d === undefined) return 0;
  const [lower, right] = boxes.length > 1 ? [boxes[1]![0]!, boxes[1]![1]!] : [c, d];
  const corners = [a, b, lower, right] as const;
  if (boxes.flat().some((n) => !Number.isFinite(n))) return 0; // too large for a float
  return 1 + signedGiou(truth.map((n) => n / 1000), corners.map((n) => n / 1000));
}

/** Generalised IoU without the usual guard against inverted corners. */
function signedGiou(target: readonly number[], stated: readonly number[]): number {
  const [x1, y1, x2, y2] = target as [number, number, number, number];
  const [u1, v1, u2, v2] = stated as [number, number, number, number];
  const width = Math.max(0, Math.min(x2, u2) - Math.max(x1, u1));
  const height = Math.max(0, Math.min(y2, v2) - Math.max(y1, v1));
  const shared = width * height;
  const union = (x2 - x1) * (y2 - y1) + (u2 - u1) * (v2 - v1) - shared;
  const iou = union > 0 ? shared / union : 0;
  const hull = (Math.max(x2, u2) - Math.min(x1, u1)) *
    (Math.max(y2, v2) - Math.min(y1, v1));
  return hull > 0 ? iou - (hull - union) / hull : iou;
}
