import type { Columns } from "./columns.ts";

/** Rows in the orders that an evaluation needs. */
export interface Cells {
  /** Detections by category, image and falling score. */
  readonly detections: Uint32Array;
  /** True objects by category and image. */
  readonly truths: Uint32Array;
  /** Detections by category and falling score. */
  readonly ranking: Uint32Array;
  /** Where in `ranking` each category starts, and where the last one ends. */
  readonly rankingStarts: Uint32Array;
}

/** Orders rows; of equal scores the earlier image comes first, then the earlier row. */
export function cellsOf({ images, categories, truth, detected }: Columns): Cells {
  const { score } = detected;
  const byScore = sortBy(detected.image, images, rows(score.length))
    .sort((a, b) => score[b]! - score[a]!);
  const ranking = sortBy(detected.category, categories, byScore);
  const detections = sortBy(detected.image, images, ranking);
  const truths = sortBy(truth.image, images, rows(truth.area.length));
  return {
    detections: sortBy(detected.category, categories, detections),
    truths: sortBy(truth.category, categories, truths),
    ranking,
    rankingStarts: startsOf(detected.category, categories),
  };
}

/**
 * Visits every image and category that has a row, by category and image: stretches of
 * `cells.detections` and of `cells.truths`, each from a start to an end.
 */
export function forEachCell(
  { images, truth, detected }: Columns,
  { detections, truths }: Cells,
  visit: (
    detectionStart: number,
    detectionEnd: number,
    truthStart: number,
    truthEnd: number,
  ) => void,
): void {
  const ours = keysOf(truth, truths, images),
    theirs = keysOf(detected, detections, images);
  let d = 0, t = 0;
  while (d < detections.length || t < truths.length) {
    const key = Math.min(theirs[d]!, ours[t]!);
    const detectionStart = d, truthStart = t;
    while (theirs[d] === key) d++;
    while (ours[t] === key) t++;
    visit(detectionStart, d, truthStart, t);
  }
}

/** One number for each row's category and image, in the rows' order; infinity at the end. */
function keysOf(
  { category, image }: { readonly category: Uint32Array; readonly image: Uint32Array },
  rows: Uint32Array,
  images: number,
): Float64Array {
  const keys = new Float64Array(rows.length + 1).fill(Infinity);
  for (let i = 0; i < rows.length; i++) {
    keys[i] = category[rows[i]!]! * images + image[rows[i]!]!;
  }
  return keys;
}

function rows(count: number): Uint32Array {
  return new Uint32Array(count).map((_, i) => i);
}

/** Rows by a key in [0, count), stable: a counting sort. */
function sortBy(keys: Uint32Array, count: number, order: Uint32Array): Uint32Array {
  const next = startsOf(keys, count);
  const sorted = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) sorted[next[keys[order[i]!]!]!++] = order[i]!;
  return sorted;
}

function startsOf(keys: Uint32Array, count: number): Uint32Array {
  const starts = new Uint32Array(count + 1);
  for (let i = 0; i < keys.length; i++) starts[keys[i]! + 1]!++;
  for (let key = 0; key < count; key++) starts[key + 1]! += starts[key]!;
  return starts;
}
