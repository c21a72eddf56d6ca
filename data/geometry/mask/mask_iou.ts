import { sweep } from "./merge_masks.ts";
import { maskArea, type Rle } from "./rle.ts";

/** How many pixels are on in both masks, and how many in either. */
export function maskOverlap(a: Rle, b: Rle): { shared: number; either: number } {
  let shared = 0, either = 0;
  sweep(a, b, (length, inA, inB) => {
    if (inA && inB) shared += length;
    if (inA || inB) either += length;
  });
  return { shared, either };
}

/**
 * Intersection over union of two masks, read off their run lengths; if `b` is a crowd region,
 * the share of `a` that lies in it: |A ∩ B| / |A| (pycocotools' `rleIou`).
 *
 * @returns A number in [0, 1]; 0 if the masks share no pixel.
 * @throws {RangeError} If the masks' sizes differ.
 *
 * @example Half of a mask
 * ```ts
 * import { maskIou } from "./mask_iou.ts";
 *
 * const left = { size: [2, 2], counts: [0, 2, 2] } as const;
 * maskIou(left, { size: [2, 2], counts: [0, 4] }); // 0.5
 * maskIou(left, { size: [2, 2], counts: [0, 4] }, true); // 1
 * ```
 */
export function maskIou(a: Rle, b: Rle, crowd = false): number {
  const { shared, either } = maskOverlap(a, b);
  if (shared === 0) return 0;
  return shared / (crowd ? maskArea(a) : either);
}
