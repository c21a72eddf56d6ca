import { isStrip, MAX_ASPECT_RATIO } from "../../../data/pictures/aspect_ratio.ts";

/**
 * The size at which Qwen2-VL sees an image: both sides multiples of `factor`, the area in
 * [minPixels, maxPixels], the aspect ratio nearly kept.
 *
 * Rounds half to even, as Python does: 42 / 28 and 70 / 28 both give 2. A side is never less
 * than `factor`, so very long images may exceed `maxPixels`.
 *
 * @param factor Pixels along the side of one visual token: patch size · merge size.
 * @throws {RangeError} If one side is more than 200 times the other, or a side is below 1.
 *
 * @example
 * ```ts
 * import { smartResize } from "./smart_resize.ts";
 *
 * smartResize(42, 70, 28, 3136, 12845056); // { height: 56, width: 56 }
 * ```
 */
export function smartResize(
  height: number,
  width: number,
  factor: number,
  minPixels: number,
  maxPixels: number,
): { readonly height: number; readonly width: number } {
  if (!(Math.min(height, width) >= 1) || isStrip({ height, width })) {
    throw new RangeError(
      `An image of ${width} x ${height} pixels cannot be shown to the model: one side may be ` +
        `at most ${MAX_ASPECT_RATIO} times the other; crop it`,
    );
  }
  // A side may be 0 here; then so is the area, and the image grows below.
  const rounded = {
    height: roundHalfToEven(height / factor) * factor,
    width: roundHalfToEven(width / factor) * factor,
  };
  const area = rounded.height * rounded.width;
  if (area > maxPixels) {
    const shrink = Math.sqrt(height * width / maxPixels);
    return {
      height: Math.max(1, Math.floor(height / shrink / factor)) * factor,
      width: Math.max(1, Math.floor(width / shrink / factor)) * factor,
    };
  }
  if (area < minPixels) {
    const grow = Math.sqrt(minPixels / (height * width));
    return {
      height: Math.ceil(height * grow / factor) * factor,
      width: Math.ceil(width * grow / factor) * factor,
    };
  }
  return rounded;
}

function roundHalfToEven(x: number): number {
  const down = Math.floor(x), rest = x - down;
  if (rest !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
}
