import { type Cells, forEachCell } from "./cells.ts";
import type { Columns } from "./columns.ts";
import { match, NOTHING, openCell, targetsOf } from "./match.ts";

/** COCO's ten IoU thresholds, as numpy's linspace gives them: a tie depends on the last bit. */
export const THRESHOLDS: readonly number[] = Array.from(
  { length: 10 },
  (_, i) => i * ((0.95 - 0.5) / 9) + 0.5,
);

/** Areas from `low` to `high`, both included, in pixels. */
export type AreaRange = readonly [low: number, high: number];

/** COCO's area ranges: all, small, medium and large. */
export const AREA_RANGES: readonly AreaRange[] = [
  [0, 1e5 ** 2],
  [0, 32 ** 2],
  [32 ** 2, 96 ** 2],
  [96 ** 2, 1e5 ** 2],
];

/** What became of every detection. */
export interface Judged {
  /** [areas, detections]: bit t is set where the detection found an object at threshold t. */
  readonly found: Uint16Array;
  /** [areas, detections]: bit t is set where the detection does not count at threshold t. */
  readonly ignored: Uint16Array;
  /** Place of a detection among those of its image and category, by falling score, from 0. */
  readonly rank: Uint32Array;
  /** [categories, areas]: how many objects are to be found. */
  readonly positives: Uint32Array;
}

/**
 * Matches the detections of every image and category, for each area range and threshold.
 *
 * @param limit How many detections, the best by score, count in an image and category.
 */
export function judge(
  columns: Columns,
  cells: Cells,
  areas: readonly AreaRange[],
  limit: number,
): Judged {
  const { truth, detected } = columns;
  const rows = detected.score.length;
  const found = new Uint16Array(areas.length * rows);
  const ignored = new Uint16Array(areas.length * rows);
  const rank = new Uint32Array(rows);
  const positives = new Uint32Array(columns.categories * areas.length);

  forEachCell(columns, cells, (candidates, truths) => {
    for (let i = 0; i < candidates.length; i++) rank[candidates[i]!] = i;
    const cell = openCell(columns, candidates, truths, limit);
    areas.forEach((range, a) => {
      const targets = targetsOf(columns, cell, range);
      const row = a * rows;
      for (let t = 0; t < truths.length; t++) {
        if (!targets.ignored[t]) {
          positives[truth.category[truths[t]!]! * areas.length + a]!++;
        }
      }
      THRESHOLDS.forEach((threshold, bit) => {
        if (truths.length === 0) return;
        const choice = match(columns, cell, targets, threshold);
        for (let d = 0; d < choice.length; d++) {
          const chosen = choice[d]!;
          if (chosen === NOTHING) continue;
          const at = row + cell.detections[d]!;
          if (!truth.nameless[truths[chosen]!]) found[at]! |= 1 << bit;
          if (targets.ignored[chosen]) ignored[at]! |= 1 << bit;
        }
      });
      for (const d of cell.detections) {
        const outside = detected.area[d]! < range[0] || detected.area[d]! > range[1];
        if (outside || detected.excused[d]) ignored[row + d]! |= ~found[row + d]!;
      }
    });
  });
  return { found, ignored, rank, positives };
}
