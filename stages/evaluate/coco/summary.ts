import { type Curves, NO_DATA } from "./curves.ts";
import { THRESHOLDS } from "./judge.ts";

/** Which of the numbers behind a figure are meant; all, if nothing is said. */
export interface Choice {
  /** Places of categories. */
  readonly categories?: readonly number[];
  /** Place of the area range. @default 0, all areas */
  readonly area?: number;
  /** Place of the threshold. */
  readonly threshold?: number;
  /** Place of the limit on detections; for recalls only. @default the last */
  readonly limit?: number;
}

/** How the numbers of `Curves` lie. */
export interface Shape {
  readonly categories: number;
  readonly areas: number;
  readonly limits: number;
}

/** The place of .50 and .75 among the thresholds. */
export const AT_50 = 0, AT_75 = 5;

/** Mean precision over what is chosen; `NO_DATA` if nothing is to be found there. */
export function meanPrecision(
  { precision }: Curves,
  shape: Shape,
  choice: Choice = {},
): number {
  return meanOver(
    shape,
    choice,
    (c, a, t) => precision[(c * shape.areas + a) * THRESHOLDS.length + t]!,
  );
}

/** Mean recall over what is chosen; `NO_DATA` if nothing is to be found there. */
export function meanRecall(
  { recall }: Curves,
  shape: Shape,
  choice: Choice = {},
): number {
  const { limit = shape.limits - 1 } = choice;
  return meanOver(
    shape,
    choice,
    (c, a, t) =>
      recall[((c * shape.areas + a) * shape.limits + limit) * THRESHOLDS.length + t]!,
  );
}

function meanOver(
  shape: Shape,
  { categories, area = 0, threshold }: Choice,
  value: (category: number, area: number, threshold: number) => number,
): number {
  let sum = 0, count = 0;
  for (const c of categories ?? Array(shape.categories).keys()) {
    for (const t of threshold === undefined ? THRESHOLDS.keys() : [threshold]) {
      const one = value(c, area, t);
      if (one === NO_DATA) continue;
      sum += one;
      count++;
    }
  }
  return count > 0 ? sum / count : NO_DATA;
}
