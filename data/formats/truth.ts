import type { Frame } from "../geometry/box.ts";
import { type CoordinateFrame, toPerMille } from "../geometry/frame.ts";
import { polygonMask } from "../geometry/mask/polygon.ts";
import type { Rle } from "../geometry/mask/rle.ts";
import { wholeBox } from "../geometry/whole_box.ts";
import { type Picture, pictureSize } from "../pictures/picture.ts";
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

/**
 * The target of a stated truth, in the frame 0–1000. Reads the image's header if its boxes count
 * pixels, and for a polygon, whose mask is as large as the image.
 *
 * @param unit What the boxes count. Default: what their form means.
 * @param picture The question's first image.
 * @throws {BadImage} If the header is needed and cannot be read.
 * @throws {BadTruth} If a polygon holds no pixel.
 */
export async function statedTarget(
  truth: StatedTruth,
  unit: BoxUnit | undefined,
  picture: Picture,
): Promise<Target> {
  const { target, isRounded } = truth;
  const frame = await frameOf(truth, unit, picture);
  const moved = targetPerMille(target, frame);
  if (moved.kind === "point") {
    const corners = polygonIn(truth, frame);
    return corners === undefined
      ? moved
      : { ...moved, mask: await maskOf(corners, picture) };
  }
  if (!isRounded || frame.kind === "per mille" || moved.kind !== "detection") {
    return moved;
  }
  return { ...moved, boxes: moved.boxes.map(wholeBox) };
}

/**
 * The polygon of a stated truth, in the frame 0–1000.
 *
 * @returns `undefined` if it has none.
 * @throws {BadImage} If its image's header is needed and cannot be read.
 */
export async function statedPolygon(
  truth: StatedTruth,
  unit: BoxUnit | undefined,
  picture: Picture,
): Promise<StatedTruth["polygon"]> {
  return truth.polygon && polygonIn(truth, await frameOf(truth, unit, picture));
}

/** What the boxes of a truth count. */
async function frameOf(
  { target, frame }: StatedTruth,
  unit: BoxUnit | undefined,
  picture: Picture,
): Promise<CoordinateFrame> {
  const kind = unit === undefined ? frame : FRAME_OF_UNIT[unit];
  if (kind !== "pixels") return { kind };
  return boxesOf(target).length > 0
    ? { kind, ...await pictureSize(picture) }
    : { kind: "per mille" };
}

function polygonIn(
  { polygon }: StatedTruth,
  frame: CoordinateFrame,
): StatedTruth["polygon"] {
  return polygon?.map(([x, y]) => {
    const { x1, y1 } = toPerMille({ x1: x, y1: y, x2: x, y2: y }, frame);
    return [x1, y1];
  });
}

/** The mask of a polygon in the frame 0–1000. */
async function maskOf(
  polygon: readonly (readonly [number, number])[],
  picture: Picture,
): Promise<Rle> {
  const { width, height } = await pictureSize(picture);
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
