import { area, type Box } from "../../data/geometry/box.ts";
import { cellsOf } from "./coco/cells.ts";
import { detectedColumns, truthColumns } from "./coco/columns.ts";
import { curvesOf, NO_DATA } from "./coco/curves.ts";
import { judge } from "./coco/judge.ts";
import { type BoxColumns, boxOverlap } from "./coco/regions.ts";
import { AT_50, AT_75, type Choice, meanPrecision } from "./coco/summary.ts";

/** A true box. */
export interface TrueBox {
  /** The image, or the question about it: boxes of different ones never match. */
  readonly image: string | number;
  /** Label or id. */
  readonly category: string | number;
  /** In any frame, the same for true and predicted boxes. */
  readonly box: Box;
  /** A crowd region takes any number of predictions and is neither found nor missed. */
  readonly crowd?: boolean;
}

/** A predicted box. */
export interface PredictedBox {
  /** Of the image that the box lies in. */
  readonly image: string | number;
  /** Label or id. */
  readonly category: string | number;
  /** In the frame of the true boxes. */
  readonly box: Box;
  /** Confidence: a higher one counts first. */
  readonly score: number;
}

/** Average precision, in [0, 1]; NaN if there is no true box. */
export interface AveragePrecision {
  /** Mean over the IoU thresholds .50, .55, … .95 and the categories. */
  readonly map: number;
  /** At IoU .50. */
  readonly ap50: number;
  /** At IoU .75. */
  readonly ap75: number;
  /** The mean over thresholds of each category that has a true box. */
  readonly categories: ReadonlyMap<string | number, number>;
}

/** Predictions of one category that count in an image: the first ones by score. */
const MAX_DETECTIONS = 100;

/**
 * Average precision as COCO defines it, of boxes in any frame: see `cocoEvaluation`, whose
 * matching and curves it shares.
 *
 * Areas are not distinguished. A category without a true box counts in no mean. Of
 * equal scores the earlier image comes first, in ascending order.
 *
 * @example One box found, one missed
 * ```ts
 * import { averagePrecision } from "./average_precision.ts";
 *
 * const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
 * const cat = { image: 1, category: "cat", box };
 * averagePrecision([{ ...cat, score: 0.9 }], [cat, { ...cat, image: 2 }]).ap50; // 51 / 101
 * ```
 */
export function averagePrecision(
  predicted: readonly PredictedBox[],
  truth: readonly TrueBox[],
): AveragePrecision {
  const images = numbered(
    [...truth, ...predicted].map(({ image }) => image).sort(ascending),
  );
  const categories = numbered([...truth, ...predicted].map(({ category }) => category));
  const truths = truthColumns(truth.length);
  truth.forEach(({ image, category, crowd }, i) => {
    truths.image[i] = images.get(image)!;
    truths.category[i] = categories.get(category)!;
    truths.crowd[i] = truths.ignored[i] = Number(crowd ?? false);
  });
  const detected = detectedColumns(predicted.length);
  predicted.forEach(({ image, category, score }, i) => {
    detected.image[i] = images.get(image)!;
    detected.category[i] = categories.get(category)!;
    detected.score[i] = score;
  });
  const columns = {
    images: images.size,
    categories: categories.size,
    truth: truths,
    detected,
    overlap: boxOverlap(corners(predicted), corners(truth), truths.crowd),
  };
  const cells = cellsOf(columns);
  const everywhere = [[-Infinity, Infinity]] as const;
  const judged = judge(columns, cells, everywhere, MAX_DETECTIONS);
  const curves = curvesOf(cells, judged, [MAX_DETECTIONS]);
  const shape = { categories: categories.size, areas: 1, limits: 1 };
  const mean = (choice: Choice) => {
    const value = meanPrecision(curves, shape, choice);
    return value === NO_DATA ? NaN : value;
  };
  return {
    map: mean({}),
    ap50: mean({ threshold: AT_50 }),
    ap75: mean({ threshold: AT_75 }),
    categories: new Map(
      [...categories]
        .map(([category, i]) => [category, mean({ categories: [i] })] as const)
        .filter(([, value]) => !Number.isNaN(value)),
    ),
  };
}

/** Keys in the order of their first appearance. */
function numbered(keys: readonly (string | number)[]): Map<string | number, number> {
  return new Map([...new Set(keys)].map((key, i) => [key, i]));
}

function ascending(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function corners(rows: readonly { readonly box: Box }[]): BoxColumns {
  return {
    left: Float64Array.from(rows, ({ box }) => box.x1),
    top: Float64Array.from(rows, ({ box }) => box.y1),
    right: Float64Array.from(rows, ({ box }) => box.x2),
    bottom: Float64Array.from(rows, ({ box }) => box.y2),
    area: Float64Array.from(rows, ({ box }) => area(box)),
  };
}
