import { type Box, iou } from "../../data/geometry/box.ts";

/**
 * How well predicted boxes cover the true ones: pairs are made one to one by descending IoU.
 *
 * @returns For each true box the IoU with its partner, 0 if it has none.
 *
 * @example
 * ```ts
 * import { matchedIou } from "./matched_iou.ts";
 *
 * const box = { x1: 0, y1: 0, x2: 2, y2: 1 };
 * matchedIou([{ ...box, x2: 1 }], [box, box]); // [0.5, 0]
 * ```
 */
export function matchedIou(predicted: readonly Box[], truth: readonly Box[]): number[] {
  const pairs = truth.flatMap((target, t) =>
    predicted.map((box, p) => ({ t, p, overlap: iou(box, target) }))
  ).sort((a, b) => b.overlap - a.overlap);
  const values = truth.map(() => 0);
  const covered = new Set<number>(), used = new Set<number>();
  for (const { t, p, overlap } of pairs) {
    if (covered.has(t) || used.has(p)) continue;
    covered.add(t);
    used.add(p);
    values[t] = overlap;
  }
  return values;
}
