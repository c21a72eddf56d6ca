import type { Columns } from "./columns.ts";

/** No true object was found. */
export const NOTHING = -1;

/** The detections and true objects of one image and category, ready to be matched. */
export interface Cell {
  /** Rows of detections by falling score, at most as many as count. */
  readonly detections: Uint32Array;
  /** Rows of true objects. */
  readonly truths: Uint32Array;
  /** Overlap of each detection with each true object: [detections, truths]. */
  readonly overlaps: Float64Array;
  /** The best overlap of each detection; 0 where there is no true object. */
  readonly best: Float64Array;
}

/** Compares the first `limit` detections with the true objects, both given by their rows. */
export function openCell(
  { overlap }: Columns,
  candidates: Uint32Array,
  truths: Uint32Array,
  limit: number,
): Cell {
  const detections = candidates.subarray(0, limit);
  const overlaps = new Float64Array(detections.length * truths.length);
  const best = new Float64Array(detections.length);
  for (let d = 0, at = 0; d < detections.length; d++) {
    for (let t = 0; t < truths.length; t++, at++) {
      overlaps[at] = overlap(detections[d]!, truths[t]!);
      if (overlaps[at]! > best[d]!) best[d] = overlaps[at]!;
    }
  }
  return { detections, truths, overlaps, best };
}

/** Which true objects of a cell do not count in an area range, and the order that this gives. */
export interface Targets {
  /** 1 where the object does not count; one number a true object of the cell. */
  readonly ignored: Uint8Array;
  /** Positions in the cell: those that count, then those that do not. */
  readonly order: Uint32Array;
}

/** Objects that are ignored, or whose area lies outside `low` to `high`, do not count. */
export function targetsOf(
  { truth }: Columns,
  { truths }: Cell,
  [low, high]: readonly [low: number, high: number],
): Targets {
  const ignored = Uint8Array.from(truths, (row) => {
    const area = truth.area[row]!;
    return truth.ignored[row] || area < low || area > high ? 1 : 0;
  });
  const order = new Uint32Array(truths.length);
  let at = 0;
  for (const kind of [0, 1]) {
    for (let t = 0; t < truths.length; t++) if (ignored[t] === kind) order[at++] = t;
  }
  return { ignored, order };
}

/**
 * COCO's matching at one IoU threshold: each detection, the surest first, takes the free true
 * object of highest overlap at or above the threshold, one that does not count only where no
 * other fits. Crowd regions are always free. Of equal overlaps the last one is taken.
 *
 * @returns The position of the object that each detection found, or `NOTHING`.
 */
export function match(
  { truth }: Columns,
  { truths, overlaps, best }: Cell,
  { ignored, order }: Targets,
  threshold: number,
): Int32Array {
  const count = truths.length;
  const found = new Int32Array(best.length).fill(NOTHING);
  const taken = new Uint8Array(count);
  const least = Math.min(threshold, 1 - 1e-10);
  for (let d = 0; d < best.length; d++) {
    if (!(best[d]! >= least)) continue;
    let most = least, chosen = NOTHING;
    for (let i = 0; i < count; i++) {
      const t = order[i]!;
      if (taken[t] && !truth.crowd[truths[t]!]) continue;
      if (chosen !== NOTHING && !ignored[chosen] && ignored[t]) break;
      const value = overlaps[d * count + t]!;
      if (value < most) continue;
      most = value;
      chosen = t;
    }
    if (chosen === NOTHING) continue;
    taken[chosen] = 1;
    found[d] = chosen;
  }
  return found;
}
