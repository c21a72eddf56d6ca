import type { BoxXywh } from "./box_xywh.ts";

/**
 * A binary mask as run lengths, column by column from the top left: how many pixels are off, how
 * many on, how many off, and so on (the first number may be 0). They add up to height · width.
 *
 * As JSON it is COCO's uncompressed form; see `formatRle` for the string.
 */
export interface Rle {
  /** Height and width in pixels. */
  readonly size: readonly [height: number, width: number];
  /** Lengths of runs in pixels, column by column, of 0 and 1 in turn; the first is of 0. */
  readonly counts: readonly number[];
}

/** A binary mask pixel by pixel. */
export interface Bitmap {
  /** In pixels. */
  readonly height: number;
  /** In pixels. */
  readonly width: number;
  /** Row by row from the top left; 0 is off, all else on. */
  readonly pixels: ArrayLike<number>;
}

/** Masks stay below this many pixels: run lengths then fit in 32 bits, as in pycocotools. */
const MAX_PIXELS = 2 ** 31;

/**
 * Number of pixels of a mask.
 *
 * @throws {RangeError} If a side is not a whole number, or the mask too large.
 */
export function pixelCount([height, width]: Rle["size"]): number {
  for (const side of [height, width]) {
    if (!Number.isInteger(side) || side < 0) {
      throw new RangeError(`A mask's side must be a whole number of pixels, not ${side}`);
    }
  }
  if (height * width < MAX_PIXELS) return height * width;
  throw new RangeError(
    `A mask of ${height} x ${width} pixels is too large: it must have fewer than 2^31`,
  );
}

/**
 * The run lengths of a bitmap.
 *
 * @throws {RangeError} If the number of pixels is not height · width.
 *
 * @example The right column of a square
 * ```ts
 * import { encodeMask } from "./rle.ts";
 *
 * encodeMask({ height: 2, width: 2, pixels: [0, 1, 0, 1] }).counts; // [2, 2]
 * ```
 */
export function encodeMask({ height, width, pixels }: Bitmap): Rle {
  const size = [height, width] as const;
  if (pixels.length !== pixelCount(size)) {
    throw new RangeError(
      `A bitmap of ${height} x ${width} needs ${
        height * width
      } pixels, not ${pixels.length}`,
    );
  }
  const counts: number[] = [];
  let on = false, run = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if ((pixels[y * width + x] !== 0) !== on) {
        counts.push(run);
        run = 0;
        on = !on;
      }
      run++;
    }
  }
  counts.push(run);
  return { size, counts };
}

/** The bitmap of run lengths, with 0 and 1 for off and on. */
export function decodeMask(rle: Rle): Bitmap & { readonly pixels: Uint8Array } {
  const [height, width] = rle.size;
  const pixels = new Uint8Array(pixelCount(rle.size));
  forEachRun(rle, (start, end) => {
    for (let at = start; at < end; at++) {
      pixels[(at % height) * width + Math.floor(at / height)] = 1;
    }
  });
  return { height, width, pixels };
}

/** Number of pixels that are on. */
export function maskArea({ counts }: Rle): number {
  let area = 0;
  for (let i = 1; i < counts.length; i += 2) area += counts[i]!;
  return area;
}

/** The smallest rectangle that holds every pixel that is on; all zeros if none is. */
export function maskBounds(rle: Rle): BoxXywh {
  const [height, width] = rle.size;
  let left = width, right = -1, top = height, bottom = -1;
  forEachRun(rle, (start, end) => {
    const first = Math.floor(start / height), last = Math.floor((end - 1) / height);
    // A run over several columns touches the last row of one and the first of the next.
    const highest = first < last ? 0 : start - first * height;
    const lowest = first < last ? height - 1 : end - 1 - last * height;
    left = Math.min(left, first);
    right = Math.max(right, last);
    top = Math.min(top, highest);
    bottom = Math.max(bottom, lowest);
  });
  return right < 0 ? [0, 0, 0, 0] : [left, top, right - left + 1, bottom - top + 1];
}

/** Calls `visit` with the start and the end (exclusive) of every run of pixels that are on. */
function forEachRun({ counts }: Rle, visit: (start: number, end: number) => void): void {
  let at = 0;
  for (let i = 0; i < counts.length; i++) {
    const run = counts[i]!;
    if (i % 2 === 1 && run > 0) visit(at, at + run);
    at += run;
  }
}
