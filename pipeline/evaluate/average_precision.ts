import { area, type Box, intersection } from "../../data/box.ts";

/** A true box. */
export interface TrueBox {
  /** The image, or the question about it: boxes of different ones never match. */
  readonly image: string | number;
  readonly category: string | number;
  readonly box: Box;
  /** A crowd region takes any number of predictions and is neither found nor missed. */
  readonly crowd?: boolean;
}

/** A predicted box. */
export interface PredictedBox {
  readonly image: string | number;
  readonly category: string | number;
  readonly box: Box;
  readonly score: number;
}

/** Average precision, in [0, 1]; NaN where there is no true box. */
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

const THRESHOLDS = Array.from({ length: 10 }, (_, i) => 0.5 + i * 0.05);
const RECALLS = Array.from({ length: 101 }, (_, i) => i / 100);

/** Predictions of one category that count in an image: the first ones by score. */
const MAX_DETECTIONS = 100;

/**
 * Average precision as COCO defines it.
 *
 * In each image and category the predictions, by descending score, take the free true box of
 * highest IoU at or above the threshold t. Then, over all images of the category,
 *
 *   AP_t = (1/101) Σ_r max { precision at recall ≥ r },   r = 0, .01, … 1.
 *
 * Areas are not told apart (COCO's "all"). A category without a true box counts in no mean.
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
  const predictions = Map.groupBy(predicted, ({ category }) => category);
  const perThreshold = new Map<string | number, number[]>();
  for (const [category, boxes] of Map.groupBy(truth, ({ category }) => category)) {
    if (boxes.every(({ crowd }) => crowd)) continue;
    perThreshold.set(category, ofCategory(predictions.get(category) ?? [], boxes));
  }
  const all = [...perThreshold.values()];
  return {
    map: mean(all.map(mean)),
    ap50: mean(all.map((values) => values[0]!)),
    ap75: mean(all.map((values) => values[5]!)),
    categories: new Map(
      [...perThreshold].map(([category, values]) => [category, mean(values)]),
    ),
  };
}

/** A prediction's fate at each threshold. */
interface Judged {
  readonly score: number;
  /** Found a box, found none, or lies in a crowd and does not count. */
  readonly fates: readonly ("true" | "false" | "ignored")[];
}

function ofCategory(
  predicted: readonly PredictedBox[],
  truth: readonly TrueBox[],
): number[] {
  const truths = Map.groupBy(truth, ({ image }) => image);
  const judged: Judged[] = [];
  // By image in COCO's order, ascending: the order decides between equal scores.
  const images = [...Map.groupBy(predicted, ({ image }) => image)].sort(byImage);
  for (const [image, boxes] of images) {
    judged.push(...judgeImage(boxes, truths.get(image) ?? []));
  }
  judged.sort((a, b) => b.score - a.score);
  const total = truth.filter(({ crowd }) => !crowd).length;
  return THRESHOLDS.map((_, t) =>
    atThreshold(judged.map(({ fates }) => fates[t]!), total)
  );
}

function byImage([a]: [string | number, unknown], [b]: [string | number, unknown]) {
  return a < b ? -1 : a > b ? 1 : 0;
}

function judgeImage(
  predicted: readonly PredictedBox[],
  truth: readonly TrueBox[],
): Judged[] {
  const best = [...predicted].sort((a, b) => b.score - a.score).slice(0, MAX_DETECTIONS);
  const targets = [...truth].sort((a, b) => Number(a.crowd ?? 0) - Number(b.crowd ?? 0));
  const overlaps = best.map(({ box }) => targets.map((target) => overlap(box, target)));
  const fates: Judged["fates"][number][][] = best.map(() => []);
  for (const threshold of THRESHOLDS) {
    const taken = new Set<number>();
    overlaps.forEach((row, i) => {
      const j = bestFree(row, targets, taken, threshold);
      if (j >= 0) taken.add(j);
      fates[i]!.push(j < 0 ? "false" : targets[j]!.crowd ? "ignored" : "true");
    });
  }
  return best.map(({ score }, i) => ({ score, fates: fates[i]! }));
}

/** Index of the free target of highest overlap, a crowd only where nothing else fits; or −1. */
function bestFree(
  overlaps: readonly number[],
  targets: readonly TrueBox[],
  taken: ReadonlySet<number>,
  threshold: number,
): number {
  let least = Math.min(threshold, 1 - 1e-10);
  let found = -1;
  for (let j = 0; j < targets.length; j++) {
    const { crowd } = targets[j]!;
    if (taken.has(j) && !crowd) continue;
    if (crowd && found >= 0 && !targets[found]!.crowd) break;
    if (overlaps[j]! < least) continue;
    least = overlaps[j]!;
    found = j;
  }
  return found;
}

/** IoU; in a crowd the share of the prediction that lies in it. */
function overlap(box: Box, target: TrueBox): number {
  const shared = intersection(box, target.box);
  const whole = target.crowd ? area(box) : area(box) + area(target.box) - shared;
  return whole > 0 ? shared / whole : 0;
}

function atThreshold(fates: readonly Judged["fates"][number][], total: number): number {
  const recalls: number[] = [];
  const precisions: number[] = [];
  let right = 0, wrong = 0;
  for (const fate of fates) {
    if (fate === "ignored") continue;
    if (fate === "true") right++;
    else wrong++;
    recalls.push(right / total);
    precisions.push(right / (right + wrong));
  }
  for (let i = precisions.length - 2; i >= 0; i--) {
    precisions[i] = Math.max(precisions[i]!, precisions[i + 1]!);
  }
  let i = 0;
  return mean(RECALLS.map((recall) => {
    while (i < recalls.length && recalls[i]! < recall) i++;
    return precisions[i] ?? 0;
  }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
