import { type Box, iou } from "../../../data/geometry/box.ts";
import type { Detection } from "../../records.ts";

/** IoU that a predicted box must exceed to match a true one, as in the paper. */
export const IOU_THRESHOLD = 0.5;

/** A predicted box and the true box that it matches, if any. */
export interface Match {
  readonly predicted: Box;
  /** As stated, clamped to [0, 1]; 0 if none was stated. */
  readonly confidence: number;
  /** The true box found; absent if the prediction misses. */
  readonly target?: Box;
  /** Overlap with `target`, in (threshold, 1]; 0 for a miss. */
  readonly iou: number;
}

/**
 * Pairs predicted with true boxes, greedily by descending confidence: each prediction takes
 * the free true box that it overlaps most, if their IoU exceeds the threshold.
 *
 * Equal confidences keep the order stated. A repeated box finds nothing the second time, and a
 * box with inverted corners has no area and finds nothing at all.
 *
 * @param threshold In [0, 1).
 * @returns One match per prediction, in descending order of confidence.
 *
 * @example
 * ```ts
 * import { matchBoxes } from "./match.ts";
 *
 * const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
 * const stated = [{ box, confidence: 0.4 }, { box, confidence: 0.9 }];
 * matchBoxes(stated, [box]).map(({ confidence, iou }) => [confidence, iou]);
 * // [[0.9, 1], [0.4, 0]]
 * ```
 */
export function matchBoxes(
  detections: readonly Detection[],
  targets: readonly Box[],
  threshold: number = IOU_THRESHOLD,
): readonly Match[] {
  const free = [...targets];
  return detections
    .map(({ box, confidence }) => ({ predicted: box, confidence: clamp(confidence) }))
    .sort((a, b) => b.confidence - a.confidence)
    .map((prediction) => {
      let best = -1;
      let overlap = threshold;
      for (let i = 0; i < free.length; i++) {
        const shared = iou(prediction.predicted, free[i]!);
        if (shared > overlap) [best, overlap] = [i, shared];
      }
      if (best < 0) return { ...prediction, iou: 0 };
      const [target] = free.splice(best, 1);
      return { ...prediction, target, iou: overlap };
    });
}

function clamp(stated: number | undefined): number {
  return stated !== undefined && stated > 0 ? Math.min(stated, 1) : 0; // NaN counts as 0
}
