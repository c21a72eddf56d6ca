import type { Frame, FramedBox } from "../geometry/box.ts";
import { type CoordinateFrame, toPerMille } from "../geometry/frame.ts";
import type { Target } from "./question.ts";

/**
 * A target whose boxes count what a file says, in the frame 0–1000. Nothing is rounded.
 *
 * @param frame What the boxes count; pixels with the size of the image.
 *
 * @example
 * ```ts
 * import { targetPerMille } from "./framed_target.ts";
 *
 * const stated = { kind: "grounding", box: { x1: 20, y1: 30, x2: 140, y2: 150 } } as const;
 * targetPerMille(stated, { kind: "pixels", width: 320, height: 240 });
 * // { kind: "grounding", box: { x1: 62.5, y1: 125, x2: 437.5, y2: 625 } }
 * ```
 */
export function targetPerMille(target: Target<Frame>, frame: CoordinateFrame): Target {
  const moved = (box: FramedBox<Frame>) => toPerMille(box, frame);
  switch (target.kind) {
    case "detection":
      return { ...target, boxes: target.boxes.map(moved) };
    case "grounding":
    case "point":
      return { ...target, box: moved(target.box) };
    default:
      return target;
  }
}

/** Whether a target has boxes, which count something. */
export function hasBoxes(target: Target<Frame>): boolean {
  return boxesOf(target).length > 0;
}

/** The boxes of a target; none for kinds that have none. */
export function boxesOf<F extends Frame>(target: Target<F>): readonly FramedBox<F>[] {
  switch (target.kind) {
    case "detection":
      return target.boxes;
    case "grounding":
    case "point":
      return [target.box];
    default:
      return [];
  }
}
