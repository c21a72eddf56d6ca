import type { Rle } from "./rle.ts";

/**
 * Whether a mask's pixel is on; pixels beyond the mask are off.
 *
 * @param row From the top, a whole number.
 * @param column From the left, a whole number.
 *
 * @example
 * ```ts
 * import { maskHas } from "./mask_has.ts";
 *
 * maskHas({ size: [2, 2], counts: [2, 2] }, 0, 1); // true: the right column is on
 * ```
 */
export function maskHas({ size, counts }: Rle, row: number, column: number): boolean {
  const [height, width] = size;
  if (!(row >= 0 && row < height && column >= 0 && column < width)) return false;
  let left = column * height + row;
  for (let i = 0; i < counts.length; i++) {
    left -= counts[i]!;
    if (left < 0) return i % 2 === 1;
  }
  return false;
}
