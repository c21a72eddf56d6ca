import type { Box } from "./box.ts";

/**
 * A box in whole numbers, as the paper's data states it; what is thinner keeps a side of 1.
 *
 * @example
 * ```ts
 * import { wholeBox } from "./whole_box.ts";
 *
 * wholeBox({ x1: 10.4, y1: 5.1, x2: 19.5, y2: 5.2 }); // { x1: 10, y1: 5, x2: 20, y2: 6 }
 * ```
 */
export function wholeBox(box: Box): Box {
  const x1 = Math.round(box.x1), y1 = Math.round(box.y1);
  const x2 = Math.max(Math.round(box.x2), x1 + 1);
  return { x1, y1, x2, y2: Math.max(Math.round(box.y2), y1 + 1) };
}
