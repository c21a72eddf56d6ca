/**
 * What a box's numbers count: per mille of the image's sides (Qwen2-VL: 0 to 1000), pixels
 * of an image of known size, or shares of its sides (0 to 1).
 */
export type Frame = "per mille" | "pixels" | "unit";

/** Known to the type checker alone: no box has it at run time. */
export declare const FRAME: unique symbol;

/**
 * An axis-aligned box; corners in the frame `F`.
 *
 * The type checker refuses a box of another frame; a literal of four numbers fits any frame.
 * `data/geometry/frame.ts` converts between frames.
 */
export interface FramedBox<F extends Frame> {
  /** Left edge. */
  readonly x1: number;
  /** Top edge. */
  readonly y1: number;
  /** Right edge, above `x1`. */
  readonly x2: number;
  /** Bottom edge, above `y1`. */
  readonly y2: number;
  /** Names the frame in the type only: no value has it. */
  readonly [FRAME]?: F;
}

/**
 * A box in the frame 0–1000, of questions, answers and all between them; `PixelBox` and
 * `UnitBox` are the other two.
 */
export type Box = FramedBox<"per mille">;

/** A box in pixels of an image. */
export type PixelBox = FramedBox<"pixels">;

/** A box in shares of an image's sides. */
export type UnitBox = FramedBox<"unit">;

/** Area of a box in squared units of its frame; 0 if corners are inverted. */
export function area({ x1, y1, x2, y2 }: FramedBox<Frame>): number {
  return Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
}

/** Area that two boxes share, in squared units of the frame that both are in. */
export function intersection<F extends Frame>(
  a: FramedBox<F>,
  b: FramedBox<NoInfer<F>>,
): number {
  return area({
    x1: Math.max(a.x1, b.x1),
    y1: Math.max(a.y1, b.y1),
    x2: Math.min(a.x2, b.x2),
    y2: Math.min(a.y2, b.y2),
  });
}

/**
 * Intersection over union: |A ∩ B| / |A ∪ B|, of boxes in the same frame.
 *
 * @returns A number in [0, 1]; 0 if both boxes are empty.
 *
 * @example Half of a box
 * ```ts
 * import { iou } from "./box.ts";
 *
 * iou({ x1: 0, y1: 0, x2: 2, y2: 1 }, { x1: 0, y1: 0, x2: 1, y2: 1 }); // 0.5
 * ```
 */
export function iou<F extends Frame>(a: FramedBox<F>, b: FramedBox<NoInfer<F>>): number {
  const shared = intersection(a, b);
  const union = area(a) + area(b) - shared;
  return union > 0 ? shared / union : 0;
}

/** The side of Qwen2-VL's coordinate frame: positions are per mille of the image's sides. */
export const FRAME_SIDE = 1000;

/** A box in pixels of a `width` x `height` image, as per mille of its sides (not rounded). */
export function pixelsToFrame(box: PixelBox, width: number, height: number): Box {
  const sx = FRAME_SIDE / width, sy = FRAME_SIDE / height;
  return { x1: box.x1 * sx, y1: box.y1 * sy, x2: box.x2 * sx, y2: box.y2 * sy };
}

/** A box in the frame 0–1000, as pixels of a `width` x `height` image (not rounded). */
export function frameToPixels(box: Box, width: number, height: number): PixelBox {
  const sx = width / FRAME_SIDE, sy = height / FRAME_SIDE;
  return { x1: box.x1 * sx, y1: box.y1 * sy, x2: box.x2 * sx, y2: box.y2 * sy };
}
