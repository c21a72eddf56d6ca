import type { Frame } from "../geometry/box.ts";
import { wholeBox } from "../geometry/whole_box.ts";
import { type Picture, pictureSize } from "../pictures/picture.ts";
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
 * pixels.
 *
 * @param unit What the boxes count. Default: what their form means.
 * @param picture The question's first image.
 * @throws {BadImage} If the header is needed and cannot be read.
 */
export async function statedTarget(
  { target, frame, isRounded }: StatedTruth,
  unit: BoxUnit | undefined,
  picture: Picture,
): Promise<Target> {
  const kind = unit === undefined ? frame : FRAME_OF_UNIT[unit];
  const size = kind === "pixels" && boxesOf(target).length > 0
    ? { kind, ...await pictureSize(picture) }
    : { kind: kind === "pixels" ? "per mille" as const : kind };
  const moved = targetPerMille(target, size);
  if (!isRounded || kind === "per mille" || moved.kind !== "detection") return moved;
  return { ...moved, boxes: moved.boxes.map(wholeBox) };
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
