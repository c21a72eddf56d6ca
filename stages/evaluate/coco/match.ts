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
  /** The best overlap of each detection. */
  readonly best: Float64Array;
  /** What `match` writes: each detection's position of its object, and who is taken. */
  readonly found: Int32Array;
  readonly taken: Uint8Array;
}

/** Compares detections, by falling score, with true objects, both given by their rows. */
export function openCell(
  { overlap }: Columns,
  detections: Uint32Array,
  truths: Uint32Array,
): Cell {
  const overlaps = new Float64Array(detections.length * truths.length);
  const best = new Float64Array(detections.length);
  for (let d = 0, at = 0; d < detections.length; d++) {
    for (let t = 0; t < truths.length; t++, at++) {
      overlaps[at] = overlap(detections[d]!, truths[t]!);
      if (overlaps[at]! > best[d]!) best[d] = overlaps[at]!;
    }
  }
  const found = new Int32Array(detections.length);
  return {
    detections,
    truths,
    overlaps,
    best,
    found,
    taken: new Uint8Array(truths.length),
  };
}

/** Which true objects of a cell do not count in an area range, and the order that this gives. */
export interface Targets {
  /** 1 if the object does not count; one number a true object of the cell. */
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
  const ignored = new Uint8Array(truths.length);
  const order = new Uint32Array(truths.length);
  let counting = 0, last = truths.length;
  for (let t = 0; t < truths.length; t++) {
    const row = truths[t]!, area = truth.area[row]!;
    ignored[t] = truth.ignored[row] || area < low || area > high ? 1 : 0;
    if (!ignored[t]) order[counting++] = t;
  }
  for (let t = truths.length - 1; t >= 0; t--) if (ignored[t]) order[--last] = t;
  return { ignored, order };
}

/**
 * COCO's matching at one IoU threshold: each detection, most confident first, takes the free true
 * object of highest overlap at or above the threshold; one that does not count only if no
 * other fits. Crowd regions are always free. Of equal overlaps the last one is taken.
 *
 * @returns The position of the object that each detection found, or `NOTHING`: `cell.found`,
 * which the next call overwrites, since an evaluation matches millions of times.
 */
export function match(
  { truth }: Columns,
  { truths, overlaps, best, found, taken }: Cell,
  { ignored, order }: Targets,
  threshold: number,
): Int32Array {
  const count = truths.length;
  found.fill(NOTHING);
  taken.fill(0);
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
