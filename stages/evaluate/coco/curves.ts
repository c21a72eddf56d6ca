import type { Cells } from "./cells.ts";
import { type Judged, THRESHOLDS } from "./judge.ts";

/** No true object: no precision and no recall. */
export const NO_DATA = -1;

/** Recalls at which precision is read: 0, .01, … 1, as numpy's linspace gives them. */
export const RECALLS: readonly number[] = Array.from({ length: 101 }, (_, i) => i * 0.01);

/** Precisions and recalls of every category; `NO_DATA` if nothing is to be found. */
export interface Curves {
  /** [categories, areas, thresholds]: mean precision over the recalls. */
  readonly precision: Float64Array;
  /** [categories, areas, limits, thresholds]: the share of true objects that were found. */
  readonly recall: Float64Array;
  /** [categories, recalls]: precision at the lowest threshold, in the first area range. */
  readonly curve: Float64Array;
}

/**
 * Walks through each category's detections, most confident first, over all images:
 *
 *   precision(r) = max { hits / (hits + misses) where hits / objects ≥ r },
 *
 * and 0 for a recall r that is never reached.
 *
 * @param limits How many detections count in an image and category; precisions take the last.
 */
export function curvesOf(
  cells: Cells,
  { found, ignored, rank, positives }: Judged,
  limits: readonly number[],
): Curves {
  const categories = cells.rankingStarts.length - 1;
  const areas = positives.length / Math.max(1, categories);
  const rows = rank.length, steps = THRESHOLDS.length, last = limits.at(-1)!;
  const blank = (size: number) => new Float64Array(size).fill(NO_DATA);
  const precision = blank(categories * areas * steps);
  const recall = blank(categories * areas * limits.length * steps);
  const curve = blank(categories * RECALLS.length);
  for (let c = 0; c < categories; c++) {
    const ranking = cells.ranking
      .subarray(cells.rankingStarts[c]!, cells.rankingStarts[c + 1]!)
      .filter((d) => rank[d]! < last);
    for (let a = 0; a < areas; a++) {
      const at = c * areas + a, objects = positives[at]!;
      if (objects === 0) continue;
      const { hits, skipped, hitters } = outcomes(ranking, found, ignored, a * rows);
      for (let t = 0; t < steps; t++) {
        const precisions = precisionsOf(hits, skipped, t, objects);
        precision[at * steps + t] = precisions.reduce((sum, p) => sum + p) /
          RECALLS.length;
        if (a === 0 && t === 0) curve.set(precisions, c * RECALLS.length);
        for (let m = 0; m < limits.length; m++) {
          let count = 0;
          for (let i = 0; i < hitters.length; i++) {
            if (rank[ranking[hitters[i]!]!]! < limits[m]!) {
              count += hits[hitters[i]!]! >> t & 1;
            }
          }
          recall[(at * limits.length + m) * steps + t] = count / objects;
        }
      }
    }
  }
  return { precision, recall, curve };
}

/** Bits of a ranking's detections in the area range that starts at `row`. */
function outcomes(
  ranking: Uint32Array,
  found: Uint16Array,
  ignored: Uint16Array,
  row: number,
) {
  const skipped = new Uint16Array(ranking.length);
  /** Found what counts. */
  const hits = new Uint16Array(ranking.length);
  /** Places of those that have a hit at any threshold: few of many. */
  const hitters: number[] = [];
  for (let i = 0; i < ranking.length; i++) {
    skipped[i] = ignored[row + ranking[i]!]!;
    hits[i] = found[row + ranking[i]!]! & ~skipped[i]!;
    if (hits[i] !== 0) hitters.push(i);
  }
  return { hits, skipped, hitters };
}

/** Precision at each of `RECALLS`, at the threshold of bit `t`. */
function precisionsOf(
  hits: Uint16Array,
  skipped: Uint16Array,
  t: number,
  objects: number,
): Float64Array {
  // Precision falls between hits: its maxima lie at hits, of which there are few.
  const atHit: number[] = [];
  let misses = 0;
  for (let i = 0; i < hits.length; i++) {
    if (skipped[i]! >> t & 1) continue;
    if (hits[i]! >> t & 1) atHit.push((atHit.length + 1) / (atHit.length + 1 + misses));
    else misses++;
  }
  for (let i = atHit.length - 2; i >= 0; i--) {
    if (atHit[i + 1]! > atHit[i]!) atHit[i] = atHit[i + 1]!;
  }
  let i = 0;
  return Float64Array.from(RECALLS, (recall) => {
    while (i < atHit.length && (i + 1) / objects < recall) i++;
    return atHit[i] ?? 0;
  });
}
