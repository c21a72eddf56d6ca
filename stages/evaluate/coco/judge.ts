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
  /** [areas, detections]: bit t is set if the detection found an object at threshold t. */
  readonly found: Uint16Array;
  /** [areas, detections]: bit t is set if the detection does not count at threshold t. */
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

  forEachCell(columns, cells, (detectionStart, detectionEnd, truthStart, truthEnd) => {
    for (let i = detectionStart; i < detectionEnd; i++) {
      rank[cells.detections[i]!] = i - detectionStart;
    }
    if (truthStart === truthEnd) return; // as most cells: detections of what is not there
    const end = Math.min(detectionEnd, detectionStart + limit);
    const detections = cells.detections.subarray(detectionStart, end);
    const cell = openCell(
      columns,
      detections,
      cells.truths.subarray(truthStart, truthEnd),
    );
    const category = truth.category[cell.truths[0]!]!;
    const most = cell.best.reduce((a, b) => Math.max(a, b), 0);
    for (let a = 0; a < areas.length; a++) {
      const targets = targetsOf(columns, cell, areas[a]!);
      for (const skip of targets.ignored) {
        positives[category * areas.length + a]! += 1 - skip;
      }
      for (let bit = 0; bit < THRESHOLDS.length; bit++) {
        if (most < THRESHOLDS[bit]!) break;
        const choice = match(columns, cell, targets, THRESHOLDS[bit]!);
        for (let d = 0; d < choice.length; d++) {
          const chosen = choice[d]!;
          if (chosen === NOTHING) continue;
          const at = a * rows + detections[d]!;
          if (!truth.nameless[cell.truths[chosen]!]) found[at]! |= 1 << bit;
          if (targets.ignored[chosen]) ignored[at]! |= 1 << bit;
        }
      }
    }
  });
  areas.forEach(([low, high], a) => {
    for (let d = 0; d < rows; d++) {
      const outside = detected.area[d]! < low || detected.area[d]! > high;
      if (outside || detected.excused[d]) ignored[a * rows + d]! |= ~found[a * rows + d]!;
    }
  });
  return { found, ignored, rank, positives };
}
