import { maskHas } from "../../../data/geometry/mask/mask_has.ts";
import type { Target } from "../../../data/questions/question.ts";
import type { Answer } from "../../records.ts";

/**
 * Whether the point lies in the region meant:
 *
 *   R_point = 1 if exactly one point is stated and it lies in the region, and 0 otherwise.
 *
 * The region is the target's mask, or its box with the edges if it has none. Several points earn 0,
 * so that a grid of them finds nothing.
 *
 * The paper has no such questions: this is ours, in every profile; GUI-R1 (arXiv 2504.10458) scores
 * clicks so, and the pointing evaluation of Molmo (arXiv 2409.17146) tests masks.
 *
 * @returns 0 or 1; 0 for targets of another kind.
 *
 * @example
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { pointHit } from "./point_hit.ts";
 *
 * const target = { kind: "point", box: { x1: 0, y1: 0, x2: 200, y2: 200 } } as const;
 * pointHit(parseAnswer('<answer>{"point_2d": [120, 80]}</answer>'), target); // 1
 * pointHit(parseAnswer("<answer>[[120, 80], [500, 500]]</answer>"), target); // 0
 * ```
 */
export function pointHit({ points = [] }: Answer, target: Target): number {
  const [stated, another] = points;
  if (target.kind !== "point" || stated === undefined || another !== undefined) return 0;
  const { box: { x1, y1, x2, y2 }, mask } = target;
  const { x, y } = stated;
  if (!(x >= x1 && x <= x2 && y >= y1 && y <= y2)) return 0;
  if (mask === undefined) return 1;
  const [height, width] = mask.size;
  return maskHas(mask, pixelOf(y, height), pixelOf(x, width)) ? 1 : 0;
}

/** The pixel of a coordinate of 0 to 1000; the far edge is the last pixel's. */
function pixelOf(coordinate: number, side: number): number {
  return Math.min(Math.floor(coordinate * side / 1000), side - 1);
}
