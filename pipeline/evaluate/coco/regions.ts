import { type BoxXywh, cornerIou } from "../../../data/mask/box_xywh.ts";
import { maskIou } from "../../../data/mask/mask_iou.ts";
import { maskArea, maskBounds, type Rle } from "../../../data/mask/rle.ts";
import type { CocoSegmentation } from "./records.ts";
import { rectangle, segmentationMask } from "./segmentation_mask.ts";

/** A row's region: a box, a mask or both. */
export interface Region {
  readonly bbox?: BoxXywh;
  readonly segmentation?: CocoSegmentation;
  /** Height and width of the image. */
  readonly size: Rle["size"];
  /** How messages call the row. */
  readonly name: string;
}

/** Boxes, one a row: corners and area in pixels. */
export interface BoxColumns {
  readonly left: Float64Array;
  readonly top: Float64Array;
  readonly right: Float64Array;
  readonly bottom: Float64Array;
  readonly area: Float64Array;
}

/** Boxes in columns. */
export function boxColumns(boxes: readonly BoxXywh[]): BoxColumns {
  return {
    left: Float64Array.from(boxes, ([x]) => x),
    top: Float64Array.from(boxes, ([, y]) => y),
    right: Float64Array.from(boxes, ([x, , width]) => x + width),
    bottom: Float64Array.from(boxes, ([, y, , height]) => y + height),
    area: Float64Array.from(boxes, ([, , width, height]) => width * height),
  };
}

/** The overlap of box `d` of `detected` with box `t` of `truth`; crowd regions are marked 1. */
export function boxOverlap(detected: BoxColumns, truth: BoxColumns, crowd: Uint8Array) {
  return (d: number, t: number) =>
    cornerIou(
      detected.left[d]!,
      detected.top[d]!,
      detected.right[d]!,
      detected.bottom[d]!,
      detected.area[d]!,
      truth.left[t]!,
      truth.top[t]!,
      truth.right[t]!,
      truth.bottom[t]!,
      truth.area[t]!,
      crowd[t] === 1,
    );
}

/** The overlap of mask `d` of `detected` with mask `t` of `truth`; crowd regions are marked 1. */
export function maskOverlap(
  detected: readonly Rle[],
  truth: readonly Rle[],
  crowd: Uint8Array,
) {
  const bounds = boxOverlap(
    boxColumns(detected.map(maskBounds)),
    boxColumns(truth.map(maskBounds)),
    crowd,
  );
  // Most masks of an image lie apart: their bounds tell at once.
  return (d: number, t: number) =>
    bounds(d, t) > 0 ? maskIou(detected[d]!, truth[t]!, crowd[t] === 1) : 0;
}

/**
 * A row's box; the bounds of its mask where it has none.
 *
 * @throws {TypeError} Where the row has neither.
 */
export function boxOf(region: Region): BoxXywh {
  if (hasBox(region)) return region.bbox;
  if (region.segmentation) return maskBounds(maskOf(region));
  throw new TypeError(`${region.name} must have a "bbox" [x, y, width, height]`);
}

/**
 * A row's mask; its box, drawn, where it has none.
 *
 * @throws {TypeError} Where the row has neither.
 * @throws {SyntaxError} Where its mask is not sound, or not of the image's size.
 */
export function maskOf(region: Region): Rle {
  const { segmentation, size, name } = region;
  if (!segmentation && !hasBox(region)) {
    throw new TypeError(`${name} must have a "segmentation"`);
  }
  const mask = named(
    name,
    () => segmentationMask(segmentation ?? [rectangle(region.bbox!)], size),
  );
  if (mask.size[0] === size[0] && mask.size[1] === size[1]) return mask;
  throw new SyntaxError(
    `${name} has a mask of ${
      mask.size.join(" x ")
    } pixels (height x width), its image has ${size.join(" x ")}`,
  );
}

/** Area in pixels of a detection, as COCO's tools find it: of its box, if it has one. */
export function areaOf(region: Region): number {
  return hasBox(region) ? region.bbox[2] * region.bbox[3] : maskArea(maskOf(region));
}

function hasBox(region: Region): region is Region & { bbox: BoxXywh } {
  return region.bbox !== undefined && region.bbox.length === 4;
}

/** Lets an error of `read` say which row it comes from. */
function named<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`${name}: ${error.message}`, { cause: error });
  }
}
