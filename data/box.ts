/**
 * An axis-aligned box; corners in one coordinate frame.
 *
 * Boxes of questions and answers live in Qwen2-VL's frame, 0 to 1000 along each side of the
 * image; boxes in `data/` that are still tied to pixels say so.
 */
export interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** Area of a box in squared units of its frame; 0 where corners are inverted. */
export function area({ x1, y1, x2, y2 }: Box): number {
  return Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
}

/** Area that two boxes share, in squared units of their frame. */
export function intersection(a: Box, b: Box): number {
  return area({
    x1: Math.max(a.x1, b.x1),
    y1: Math.max(a.y1, b.y1),
    x2: Math.min(a.x2, b.x2),
    y2: Math.min(a.y2, b.y2),
  });
}

/**
 * Intersection over union: |A ∩ B| / |A ∪ B|.
 *
 * @returns A number in [0, 1]; 0 where both boxes are empty.
 *
 * @example Half of a box
 * ```ts
 * import { iou } from "./box.ts";
 *
 * iou({ x1: 0, y1: 0, x2: 2, y2: 1 }, { x1: 0, y1: 0, x2: 1, y2: 1 }); // 0.5
 * ```
 */
export function iou(a: Box, b: Box): number {
  const shared = intersection(a, b);
  const union = area(a) + area(b) - shared;
  return union > 0 ? shared / union : 0;
}

/** The side of Qwen2-VL's coordinate frame: positions are per mille of the image's sides. */
export const FRAME_SIDE = 1000;

/** A box in pixels of a `width` x `height` image, as per mille of its sides (not rounded). */
export function pixelsToFrame(box: Box, width: number, height: number): Box {
  const sx = FRAME_SIDE / width, sy = FRAME_SIDE / height;
  return { x1: box.x1 * sx, y1: box.y1 * sy, x2: box.x2 * sx, y2: box.y2 * sy };
}

/** A box in the frame 0–1000, as pixels of a `width` x `height` image (not rounded). */
export function frameToPixels(box: Box, width: number, height: number): Box {
  const sx = width / FRAME_SIDE, sy = height / FRAME_SIDE;
  return { x1: box.x1 * sx, y1: box.y1 * sy, x2: box.x2 * sx, y2: box.y2 * sy };
}
