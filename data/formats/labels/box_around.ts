import type { Corners } from "./label_columns.ts";

/** The box around points, however many; with no points its sides are infinite. */
export function boxAround(points: Iterable<readonly [number, number]>): Corners {
  let x1 = Infinity, y1 = Infinity, x2 = -Infinity, y2 = -Infinity;
  for (const [x, y] of points) {
    x1 = Math.min(x1, x);
    y1 = Math.min(y1, y);
    x2 = Math.max(x2, x);
    y2 = Math.max(y2, y);
  }
  return { x1, y1, x2, y2 };
}
