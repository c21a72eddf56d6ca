import { type Box, type Frame, FRAME_SIDE, type FramedBox } from "../geometry/box.ts";
import type { PictureSize } from "../pictures/picture.ts";
import { boxesOf } from "./framed_target.ts";
import type { Target } from "./question.ts";

/** A ground truth that does not fit its image. A run ends with it, whatever it does with bad images. */
export class BadTruth extends SyntaxError {}

/** Boxes may reach past an image's side by this much of it, per mille: annotators round. */
const SLACK = 5;

/**
 * Checks that the boxes of a target lie in its image.
 *
 * @param place File and line or image, for errors.
 * @param size The image's size, if it is known: boxes may reach a pixel further.
 * @throws {BadTruth} If one does not: says how far it reaches, and what may be wrong.
 *
 * @example
 * ```ts
 * import { checkBoxes } from "./bad_truth.ts";
 *
 * checkBoxes({ kind: "grounding", box: { x1: 0, y1: 0, x2: 999, y2: 500 } }, "1.txt"); // is well
 * ```
 */
export function checkBoxes(target: Target, place: string, size?: PictureSize): void {
  const slackX = Math.max(SLACK, size ? FRAME_SIDE / size.width : 0);
  const slackY = Math.max(SLACK, size ? FRAME_SIDE / size.height : 0);
  boxesOf(target).forEach((box, i) => {
    const way = outside(box, slackX, slackY);
    if (way === undefined) return;
    throw new BadTruth(
      `${place}: box ${
        i + 1
      } ${way}: clip it to the image; if all boxes do, their numbers are ` +
        "in another frame (frame=), or corners where width and height are expected",
    );
  });
}

/** How a box reaches out of its image; `undefined` if it does not. */
function outside(
  { x1, y1, x2, y2 }: Box,
  slackX: number,
  slackY: number,
): string | undefined {
  const share = (value: number) => `${(value / FRAME_SIDE * 100).toFixed(0)} %`;
  const ways = [
    ...x1 < -slackX ? [`begins at ${share(x1)} of the width`] : [],
    ...y1 < -slackY ? [`begins at ${share(y1)} of the height`] : [],
    ...x2 > FRAME_SIDE + slackX ? [`ends at ${share(x2)} of the width`] : [],
    ...y2 > FRAME_SIDE + slackY ? [`ends at ${share(y2)} of the height`] : [],
  ];
  return ways.length === 0 ? undefined : ways.join(", ");
}

/** How far the sides' ratio of a scaled copy may differ: sides are rounded. */
const RATIO_SLACK = 0.01;

/**
 * Checks the size that a file states for an image against the image's own. A scaled copy is right:
 * its boxes are scaled with it. Another shape is not: the boxes are those of another image, or of
 * the image before it was turned.
 *
 * @param place File and place, for errors.
 * @returns Whether the image is a scaled copy.
 * @throws {BadTruth} If the sizes do not belong to the same image.
 *
 * @example
 * ```ts
 * import { checkSize } from "./bad_truth.ts";
 *
 * checkSize({ width: 640, height: 480 }, { width: 320, height: 240 }, "1.json"); // true
 * ```
 */
export function checkSize(
  stated: PictureSize,
  real: PictureSize,
  place: string,
): boolean {
  if (stated.width === real.width && stated.height === real.height) return false;
  const least = Math.min(stated.width, stated.height, real.width, real.height);
  const ratio = stated.width / stated.height / (real.width / real.height);
  if (Math.abs(ratio - 1) <= RATIO_SLACK + 1 / least) return true;
  const swapped =
    Math.abs(stated.height / stated.width / (real.width / real.height) - 1) <=
      RATIO_SLACK + 1 / least;
  throw new BadTruth(
    `${place}: the image has ${real.width} x ${real.height} pixels, the file says ` +
      `${stated.width} x ${stated.height}: ` +
      (swapped
        ? "it is turned by its EXIF orientation and its boxes are not; turn the image's pixels " +
          "and label it again, or correct size and boxes"
        : "the labels are those of another image; correct the size, or remove the image's labels"),
  );
}

/**
 * Checks that boxes of pixels or of 0 to 1000 are not shares of the sides, which would become boxes
 * of one pixel.
 *
 * @param boxes All boxes of a file, as it states them.
 * @param remedy What to do, in the imperative.
 * @throws {BadTruth} If all of them lie within 0 to 1, and not all of their numbers are whole.
 */
export function checkUnits(
  boxes: Iterable<FramedBox<Frame>>,
  place: string,
  remedy: string,
): void {
  let count = 0, isWhole = true;
  for (const { x1, y1, x2, y2 } of boxes) {
    if (x1 < 0 || y1 < 0 || x2 > 1 || y2 > 1) return;
    isWhole &&= [x1, y1, x2, y2].every(Number.isInteger);
    count++;
  }
  if (count === 0 || isWhole) return;
  throw new BadTruth(
    `${place}: all ${count} boxes lie within 0 to 1: they are shares of the image's sides; ${remedy}`,
  );
}
