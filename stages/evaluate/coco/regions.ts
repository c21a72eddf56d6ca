import { type BoxXywh, cornerIou } from "../../../data/geometry/mask/box_xywh.ts";
import { maskIou } from "../../../data/geometry/mask/mask_iou.ts";
import { maskBounds, type Rle } from "../../../data/geometry/mask/rle.ts";
import type { CocoSegmentation } from "./records.ts";
import { rectangle, segmentationMask } from "./segmentation_mask.ts";

/** A row's region: a box, a mask or both. */
export interface Region {
  readonly bbox?: BoxXywh;
  readonly segmentation?: CocoSegmentation;
}

/** What is needed to read a row's mask or to name the row. */
export interface Context {
  /** Height and width of the row's image. */
  readonly size: (row: number) => Rle["size"];
  /** How messages call the row. */
  readonly name: (row: number) => string;
  /** Whether a row's box, drawn, stands for a mask that it lacks. */
  readonly boxAsMask: boolean;
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
  const column = () => new Float64Array(boxes.length);
  const columns = {
    left: column(),
    top: column(),
    right: column(),
    bottom: column(),
    area: column(),
  };
  for (let i = 0; i < boxes.length; i++) {
    const box = boxes[i]!;
    columns.left[i] = box[0];
    columns.top[i] = box[1];
    columns.right[i] = box[0] + box[2];
    columns.bottom[i] = box[1] + box[3];
    columns.area[i] = box[2] * box[3];
  }
  return columns;
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
 * A row's box; the bounds of its mask if it has none.
 *
 * @throws {TypeError} If the row has neither.
 */
export function boxOf(region: Region, row: number, context: Context): BoxXywh {
  if (hasBox(region)) return region.bbox;
  if (region.segmentation) return maskBounds(maskOf(region, row, context));
  throw new TypeError(`${context.name(row)} must have a "bbox" [x, y, width, height]`);
}

/**
 * A row's mask; its box, drawn, if it has none and the context allows that.
 *
 * @throws {TypeError} If the row has no mask.
 * @throws {SyntaxError} If its mask is not sound, or not of the image's size.
 */
export function maskOf(
  region: Region,
  row: number,
  { size, name, boxAsMask }: Context,
): Rle {
  const segmentation = region.segmentation ??
    (boxAsMask && hasBox(region) ? [rectangle(region.bbox)] : undefined);
  if (!segmentation) throw new TypeError(`${name(row)} must have a "segmentation"`);
  const [height, width] = size(row);
  let mask;
  try {
    mask = segmentationMask(segmentation, [height, width]);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`${name(row)}: ${error.message}`, { cause: error });
  }
  if (mask.size[0] === height && mask.size[1] === width) return mask;
  throw new SyntaxError(
    `${name(row)} has a mask of ${mask.size[0]} x ${
      mask.size[1]
    } pixels (height x width), ` +
      `its image has ${height} x ${width}`,
  );
}

/** Whether a row has a box; COCO's tools then take its area for the detection's. */
export function hasBox<R extends Region>(region: R): region is R & { bbox: BoxXywh } {
  return region.bbox !== undefined && region.bbox.length === 4;
}
