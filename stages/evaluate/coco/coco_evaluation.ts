import { cellsOf } from "./cells.ts";
import { type Curves, curvesOf, RECALLS } from "./curves.ts";
import { AREA_RANGES, judge, THRESHOLDS } from "./judge.ts";
import { readColumns, type RowRules } from "./read_columns.ts";
import type {
  CocoAnnotations,
  CocoDetection,
  CocoFigures,
  CocoNumbers,
  CocoOptions,
} from "./records.ts";
import { AT_50, AT_75, meanPrecision, meanRecall, type Shape } from "./summary.ts";

/** COCO: a crowd region need not be found, and all detections count. */
export const COCO_RULES: RowRules = {
  isCrowd: ({ iscrowd }) => Boolean(iscrowd),
  isIgnored: ({ iscrowd }) => Boolean(iscrowd),
  counts: () => true,
  isExcused: () => false,
};

/** How many detections count in an image and category, unless the options say. */
export const MAX_DETECTIONS: readonly number[] = [1, 10, 100];

/**
 * COCO's evaluation of boxes or masks: the numbers of pycocotools 2.0.11 to 1e-9.
 *
 * In each image and category the detections, most confident first, take the free true object of
 * highest IoU at or above a threshold t. Over all images of a category, with the detections by
 * falling score,
 *
 *   AP_t = (1/101) Σ_r max { precision at recall ≥ r },   r = 0, .01, … 1,
 *
 * and AP is its mean over t = .50, .55, … .95 and the categories that have a true object. An
 * object outside an area range, or a crowd region, need not be found there; a detection that
 * finds it, or finds nothing and lies outside the range itself, does not count.
 *
 * As in pycocotools, an object whose id is 0 takes a detection and yet is never found: number
 * annotations from 1. Unlike there, a perfect precision is 1 and not 2⁻⁵² less, and
 * `AP` follows `maxDetections` as the other numbers do.
 *
 * @throws {RangeError} If an id is given twice, a chosen id or a detection's image is not
 * annotated, a score is NaN, or a limit on detections is not a positive whole number.
 * @throws {TypeError} If a row lacks the box or mask that is to be compared.
 * @throws {SyntaxError} If a mask is not sound; the message names the row and the place.
 *
 * @example One object of two found
 * ```ts
 * import { cocoEvaluation } from "./coco_evaluation.ts";
 *
 * const bbox = [0, 0, 10, 10] as const;
 * const found = { image_id: 1, category_id: 1, bbox, area: 100 };
 * const truth = {
 *   images: [{ id: 1, width: 20, height: 20 }],
 *   categories: [{ id: 1, name: "cat" }],
 *   annotations: [{ id: 1, ...found }, { id: 2, ...found, bbox: [9, 9, 5, 5] as const }],
 * };
 * cocoEvaluation(truth, [{ ...found, score: 0.9 }]).summary.AP; // 51 / 101
 * ```
 */
export function cocoEvaluation(
  truth: CocoAnnotations,
  detections: readonly CocoDetection[],
  options: CocoOptions = {},
): CocoFigures {
  const limits = limitsOf(options.maxDetections ?? MAX_DETECTIONS);
  const { columns, categories } = readColumns(truth, detections, options, COCO_RULES);
  const cells = cellsOf(columns);
  const judged = judge(columns, cells, AREA_RANGES, limits.at(-1)!);
  const curves = curvesOf(cells, judged, limits);
  const shape = {
    categories: categories.length,
    areas: AREA_RANGES.length,
    limits: limits.length,
  };
  return {
    summary: numbers(curves, shape, limits),
    categories: categories.map(({ id, name }, i) => ({
      category_id: id,
      name,
      ...numbers(curves, shape, limits, [i]),
      precisionAt50: [
        ...curves.curve.subarray(i * RECALLS.length, (i + 1) * RECALLS.length),
      ],
      recallPerIou: THRESHOLDS.map((_, threshold) =>
        meanRecall(curves, shape, { categories: [i], threshold })
      ),
    })),
  };
}

/**
 * Limits on detections in ascending order, each once.
 *
 * @throws {RangeError} If one is not a positive whole number, or there is none.
 */
export function limitsOf(limits: readonly number[]): number[] {
  for (const limit of limits.length > 0 ? limits : [NaN]) {
    if (Number.isInteger(limit) && limit > 0) continue;
    throw new RangeError(`maxDetections must be positive whole numbers, not ${limit}`);
  }
  return [...new Set(limits)].sort((a, b) => a - b);
}

function numbers(
  curves: Curves,
  shape: Shape,
  limits: readonly number[],
  categories?: readonly number[],
): CocoNumbers {
  const precision = (area: number, threshold?: number) =>
    meanPrecision(curves, shape, { categories, area, threshold });
  const recall = (area: number, limit?: number) =>
    meanRecall(curves, shape, { categories, area, limit });
  return {
    AP: precision(0),
    AP50: precision(0, AT_50),
    AP75: precision(0, AT_75),
    APsmall: precision(1),
    APmedium: precision(2),
    APlarge: precision(3),
    ...Object.fromEntries(limits.map((limit, i) => [`AR${limit}`, recall(0, i)])),
    ARsmall: recall(1),
    ARmedium: recall(2),
    ARlarge: recall(3),
  };
}
