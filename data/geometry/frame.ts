import {
  type Box,
  type Frame,
  FRAME_SIDE,
  type FramedBox,
  frameToPixels,
  pixelsToFrame,
} from "./box.ts";

/**
 * A frame with all that is needed to leave it: for pixels the size of the image that they
 * are pixels of, which for a model is the image as it sees it, after resizing.
 */
export type CoordinateFrame =
  | {
    readonly kind: "per mille";
    /** Answers to learn are rounded to multiples of it. Default: 1. Answers given may be finer. */
    readonly step?: number;
  }
  | { readonly kind: "unit" }
  | { readonly kind: "pixels"; readonly width: number; readonly height: number };

/** The frame of questions and answers, which Qwen2-VL speaks: 0 to 1000. */
export const PER_MILLE = { kind: "per mille" } as const satisfies CoordinateFrame;

/** Frames that models are known to state boxes in, by `model_type` of their config.json. */
const FRAMES_OF_MODELS: ReadonlyMap<string, Frame> = new Map([
  ["qwen2_vl", "per mille"],
  ["qwen2_5_vl", "pixels"],
]);

/**
 * The frame in which a family of models states boxes.
 *
 * @param modelType `model_type` of config.json.
 * @returns `undefined` for a family that is not known.
 *
 * @example
 * ```ts
 * import { frameOfModel } from "./frame.ts";
 *
 * frameOfModel("qwen2_vl"); // "per mille"
 * frameOfModel("qwen2_5_vl"); // "pixels"
 * ```
 */
export function frameOfModel(modelType: string): Frame | undefined {
  return FRAMES_OF_MODELS.get(modelType);
}

/**
 * A box of any frame in the frame 0–1000. Not rounded, and not clipped to the image.
 *
 * @throws {RangeError} If the frame's image has no area.
 *
 * @example A box that Qwen2.5-VL states on an image that it sees at 280 x 140 pixels
 * ```ts
 * import { toPerMille } from "./frame.ts";
 *
 * const seen = { kind: "pixels", width: 280, height: 140 } as const;
 * toPerMille({ x1: 28, y1: 14, x2: 140, y2: 70 }, seen);
 * // { x1: 100, y1: 100, x2: 500, y2: 500 }
 * ```
 */
export function toPerMille<F extends CoordinateFrame>(
  box: FramedBox<F["kind"]>,
  frame: F,
): Box;
export function toPerMille(box: FramedBox<Frame>, frame: CoordinateFrame): Box {
  const { x1, y1, x2, y2 } = box;
  switch (frame.kind) {
    case "per mille":
      return { x1, y1, x2, y2 };
    case "unit":
      return times({ x1, y1, x2, y2 }, FRAME_SIDE);
    case "pixels": {
      const { width, height } = sized(frame);
      return pixelsToFrame({ x1, y1, x2, y2 }, width, height);
    }
  }
}

/**
 * A box of the frame 0–1000 in another frame: the inverse of `toPerMille`, up to rounding.
 *
 * @throws {RangeError} If the frame's image has no area.
 */
export function fromPerMille<F extends CoordinateFrame>(
  box: Box,
  frame: F,
): FramedBox<F["kind"]>;
export function fromPerMille(box: Box, frame: CoordinateFrame): FramedBox<Frame> {
  const { x1, y1, x2, y2 } = box;
  switch (frame.kind) {
    case "per mille":
      return { x1, y1, x2, y2 };
    case "unit":
      return times({ x1, y1, x2, y2 }, 1 / FRAME_SIDE);
    case "pixels": {
      const { width, height } = sized(frame);
      return frameToPixels({ x1, y1, x2, y2 }, width, height);
    }
  }
}

function times<F extends Frame>({ x1, y1, x2, y2 }: FramedBox<F>, by: number) {
  return { x1: x1 * by, y1: y1 * by, x2: x2 * by, y2: y2 * by };
}

function sized(size: { readonly width: number; readonly height: number }) {
  const { width, height } = size;
  if (width > 0 && height > 0) return size;
  throw new RangeError(
    `A frame of pixels needs the size of its image, not ${width} x ${height}`,
  );
}
