import type { Frame } from "../geometry/box.ts";
import { type CoordinateFrame, PER_MILLE, toPerMille } from "../geometry/frame.ts";
import { polygonMask } from "../geometry/mask/polygon.ts";
import type { Rle } from "../geometry/mask/rle.ts";
import { wholeBox } from "../geometry/whole_box.ts";
import type { PictureSize } from "../pictures/picture.ts";
import { BadTruth } from "../questions/bad_truth.ts";
import { boxesOf, targetPerMille } from "../questions/framed_target.ts";
import { namedFrame } from "../questions/named_frame.ts";
import type { Target } from "../questions/question.ts";
import { type BoxUnit, FRAME_OF_UNIT } from "./file_spec.ts";

/** A ground truth as a text states it. */
export interface StatedTruth {
  /** Its boxes count what the file says. */
  readonly target: Target<Frame>;
  /**
   * What boxes of this form count if nothing else is said: `Position` and `(x1,y1),(x2,y2)` are per
   * mille, as in the paper's data; `bbox_2d`, `bbox`, `box` and bare lists are pixels.
   */
  readonly frame: Frame;
  /**
   * Whether boxes that are not in 0–1000 become whole numbers of it, as the paper's data has them.
   * @default false
   */
  readonly isRounded?: boolean;
  /** The outline of a point's region, in the frame of the boxes. Default: all of the box. */
  readonly polygon?: readonly (readonly [x: number, y: number])[];
}

/** A ground truth that was read, and the reasoning text before it. */
export interface ReadTruth extends StatedTruth {
  /** Inside `<think>…</think>`, trimmed. Default: there is none. */
  readonly reasoning?: string;
}

/**
 * Reads the ground truth out of a problem and its solution, and the reasoning text if there is one.
 *
 * @throws {SyntaxError} If it cannot be read, or looks like something other than a label and is not.
 */
export type TruthReader = (problem: string, solution: string) => ReadTruth;

/** A stated truth in the frame 0–1000. */
export interface PlacedTruth {
  readonly target: Target;
  /** See {@linkcode StatedTruth.polygon}. */
  readonly polygon?: StatedTruth["polygon"];
}

/**
 * A stated truth in the frame 0–1000. Asks for the image's size if boxes count pixels, and for a
 * polygon, whose mask is as large as the image.
 *
 * @param unit What the boxes count. Default: what their form means.
 * @param sizeOf The size that pixels are of: the image's own, or the one that the file states.
 * @throws {BadImage} If the size is needed and cannot be read.
 * @throws {BadTruth} If a polygon holds no pixel.
 */
export async function placedTruth(
  { target, frame, isRounded, polygon: stated }: StatedTruth,
  unit: BoxUnit | undefined,
  sizeOf: () => PictureSize | Promise<PictureSize>,
): Promise<PlacedTruth> {
  const kind = unit === undefined ? frame : FRAME_OF_UNIT[unit];
  const isPixels = kind === "pixels" && boxesOf(target).length > 0;
  const size = isPixels || stated !== undefined ? await sizeOf() : undefined;
  const from: CoordinateFrame = kind !== "pixels"
    ? { kind }
    : isPixels
    ? { kind, ...size! }
    : PER_MILLE;
  const moved = targetPerMille(target, from);
  if (moved.kind === "point" && stated !== undefined) {
    const polygon = polygonIn(stated, from);
    return { target: { ...moved, mask: maskOf(polygon, size!) }, polygon };
  }
  if (!isRounded || from.kind === "per mille" || moved.kind !== "detection") {
    return { target: moved };
  }
  return { target: { ...moved, boxes: moved.boxes.map(wholeBox) } };
}

type Polygon = NonNullable<StatedTruth["polygon"]>;

function polygonIn(polygon: Polygon, frame: CoordinateFrame): Polygon {
  return polygon.map(([x, y]) => {
    const { x1, y1 } = toPerMille({ x1: x, y1: y, x2: x, y2: y }, frame);
    return [x1, y1];
  });
}

/** The mask of a polygon in the frame 0–1000. */
function maskOf(polygon: Polygon, { width, height }: PictureSize): Rle {
  const corners = polygon.flatMap(([x, y]) => [x * width / 1000, y * height / 1000]);
  const mask = polygonMask(corners, [height, width]);
  if (mask.counts.length > 1) return mask;
  throw new BadTruth(
    `the polygon around ${
      corners.slice(0, 2).map(Math.round).join(", ")
    } holds no pixel: ` +
      "draw a larger one",
  );
}

/**
 * Refuses boxes whose form means another frame than the words of the question ask for: either may be
 * wrong, so the option `frame` has to say what the boxes count.
 *
 * @throws {SyntaxError}
 */
export function checkFrame(problem: string, { target, frame }: StatedTruth): void {
  if (boxesOf(target).length === 0) return;
  const named = namedFrame(problem);
  if (named === undefined || named === frame) return;
  throw new SyntaxError(
    `the problem asks for boxes in ${named}, and boxes of the solution's form are in ${frame}: ` +
      "say which it is by frame=pixels, frame=per-mille or frame=unit",
  );
}
