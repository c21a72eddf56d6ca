import { cellsOf, forEachCell } from "./cells.ts";
import { COCO_RULES, limitsOf, MAX_DETECTIONS } from "./coco_evaluation.ts";
import { AREA_RANGES } from "./judge.ts";
import { match, NOTHING, openCell, targetsOf } from "./match.ts";
import { readColumns } from "./read_columns.ts";
import type { CocoAnnotations, CocoDetection, CocoOptions } from "./records.ts";

/** Which detections found which objects, in one image and category. */
export interface CocoMatches {
  /** `AnnotatedImage.id`. */
  readonly image_id: number;
  /** `AnnotatedCategory.id`. */
  readonly category_id: number;
  /** By falling score, at most as many as count. */
  readonly detections: readonly DetectionMatch[];
  /** Those that are to be found, then those that need not be. */
  readonly truths: readonly TruthMatch[];
}

/** What became of a detection. */
export interface DetectionMatch {
  /** Its place in the list of detections, from 0. */
  readonly place: number;
  /** Id of the annotation that it found, or null. */
  readonly found: number | null;
  /** Neither right nor wrong: what it found need not be found, or lies outside all areas. */
  readonly ignored: boolean;
}

/** What became of a true object. */
export interface TruthMatch {
  /** `CocoAnnotation.id`. */
  readonly id: number;
  /** Place of the detection that found it (of a crowd region the last one), or null. */
  readonly foundBy: number | null;
  /** Need not be found. */
  readonly ignored: boolean;
}

/**
 * The matching of `cocoEvaluation` at one IoU threshold, over all areas: shows what a
 * detector missed and what it invented.
 *
 * @param threshold The least IoU, by default .5.
 * @throws What `cocoEvaluation` throws.
 *
 * @example A detection that found its object
 * ```ts
 * import { cocoMatches } from "./coco_matches.ts";
 *
 * const cat = { image_id: 1, category_id: 1, bbox: [0, 0, 9, 9] as const };
 * const [cell] = cocoMatches({
 *   images: [{ id: 1, width: 20, height: 20 }],
 *   categories: [{ id: 1, name: "cat" }],
 *   annotations: [{ ...cat, id: 7, area: 81 }],
 * }, [{ ...cat, score: 0.9 }]);
 * cell?.detections[0]?.found; // 7
 * ```
 */
export function cocoMatches(
  truth: CocoAnnotations,
  detections: readonly CocoDetection[],
  options: CocoOptions = {},
  threshold = 0.5,
): CocoMatches[] {
  const limit = limitsOf(options.maxDetections ?? MAX_DETECTIONS).at(-1)!;
  const sheet = readColumns(truth, detections, options, COCO_RULES);
  const { columns, annotations, places } = sheet;
  const [low, high] = AREA_RANGES[0]!;
  const matches: CocoMatches[] = [];
  const cells = cellsOf(columns);
  forEachCell(columns, cells, (detectionStart, detectionEnd, truthStart, truthEnd) => {
    const end = Math.min(detectionEnd, detectionStart + limit);
    const truths = cells.truths.subarray(truthStart, truthEnd);
    const cell = openCell(
      columns,
      cells.detections.subarray(detectionStart, end),
      truths,
    );
    const targets = targetsOf(columns, cell, AREA_RANGES[0]!);
    const found = match(columns, cell, targets, threshold);
    const { image, category } = truths.length > 0 ? columns.truth : columns.detected;
    const row = truths[0] ?? cell.detections[0]!;
    const foundBy = new Map<number, number>();
    found.forEach((t, d) => foundBy.set(t, places[cell.detections[d]!]!));
    matches.push({
      image_id: sheet.images[image[row]!]!.id,
      category_id: sheet.categories[category[row]!]!.id,
      detections: Array.from(cell.detections, (d, i) => {
        const t = found[i]!;
        const area = columns.detected.area[d]!;
        return {
          place: places[d]!,
          found: t === NOTHING ? null : annotations[truths[t]!]!.id,
          ignored: t === NOTHING ? area < low || area > high : targets.ignored[t] === 1,
        };
      }),
      truths: Array.from(targets.order, (t) => ({
        id: annotations[truths[t]!]!.id,
        foundBy: foundBy.get(t) ?? null,
        ignored: targets.ignored[t] === 1,
      })),
    });
  });
  return matches;
}
