import type { PixelBox } from "../box.ts";
import { filledPolygon } from "./filled_polygon.ts";
import { encodeMask, type Rle } from "./rle.ts";

/**
 * The mask of a box: the pixels nearest to its corners and all between them, as `filledPolygon`
 * draws a rectangle; what sticks out of the image is cut off.
 *
 * @param size Height and width of the image.
 * @returns An empty mask if the box has no area, has inverted corners, or lies outside.
 *
 * @example Corners count
 * ```ts
 * import { boxMask } from "./box_mask.ts";
 *
 * boxMask({ x1: 1, y1: 0, x2: 2, y2: 9 }, [3, 4]).counts; // [3, 6, 3]
 * ```
 */
export function boxMask({ x1, y1, x2, y2 }: PixelBox, size: Rle["size"]): Rle {
  const [height, width] = size;
  const left = Math.max(0, Math.round(x1)), top = Math.max(0, Math.round(y1));
  const right = Math.min(width - 1, Math.round(x2));
  const bottom = Math.min(height - 1, Math.round(y2));
  const isThere = x1 < x2 && y1 < y2 && left <= right && top <= bottom; // NaN is nowhere
  if (!isThere) return { size, counts: [height * width] };
  const corners = [left, top, right, top, right, bottom, left, bottom];
  return encodeMask(filledPolygon(corners, size));
}
