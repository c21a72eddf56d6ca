/** A rectangle as COCO writes it: left, top, width, height, in pixels. */
export type BoxXywh = readonly [x: number, y: number, width: number, height: number];

/**
 * Intersection over union of two rectangles; if `b` is a crowd region, the share of `a` that lies
 * in it: |A ∩ B| / |A| (pycocotools' `bbIou`).
 *
 * @returns A number in [0, 1]; 0 if the rectangles share no area.
 *
 * @example A box inside a crowd
 * ```ts
 * import { boxIou } from "./box_xywh.ts";
 *
 * boxIou([0, 0, 10, 10], [0, 0, 20, 20]); // 0.25
 * boxIou([0, 0, 10, 10], [0, 0, 20, 20], true); // 1
 * ```
 */
export function boxIou(a: BoxXywh, b: BoxXywh, crowd = false): number {
  return cornerIou(
    a[0],
    a[1],
    a[0] + a[2],
    a[1] + a[3],
    a[2] * a[3],
    b[0],
    b[1],
    b[0] + b[2],
    b[1] + b[3],
    b[2] * b[3],
    crowd,
  );
}

/**
 * `boxIou` of rectangles whose corners and areas are known: an evaluation calls it for every
 * pair, and so passes numbers instead of objects.
 */
export function cornerIou(
  left: number,
  top: number,
  right: number,
  bottom: number,
  area: number,
  otherLeft: number,
  otherTop: number,
  otherRight: number,
  otherBottom: number,
  otherArea: number,
  crowd: boolean,
): number {
  const width = (right < otherRight ? right : otherRight) -
    (left > otherLeft ? left : otherLeft);
  const height = (bottom < otherBottom ? bottom : otherBottom) -
    (top > otherTop ? top : otherTop);
  if (!(width > 0 && height > 0)) return 0;
  const shared = width * height;
  return shared > 0 ? shared / (crowd ? area : area + otherArea - shared) : 0;
}
