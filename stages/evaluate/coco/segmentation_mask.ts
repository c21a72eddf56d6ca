import type { BoxXywh } from "../../../data/geometry/mask/box_xywh.ts";
import { mergeMasks } from "../../../data/geometry/mask/merge_masks.ts";
import { polygonMask } from "../../../data/geometry/mask/polygon.ts";
import type { Rle } from "../../../data/geometry/mask/rle.ts";
import { parseRle } from "../../../data/geometry/mask/rle_string.ts";
import type { CocoSegmentation } from "./records.ts";

/**
 * The mask of a segmentation in any of COCO's forms (pycocotools' `annToRLE`).
 *
 * Polygons are drawn one by one and united. As in pycocotools, four numbers are a box and not
 * two corners.
 *
 * @param size Height and width of the image, on which polygons are drawn.
 * @throws {SyntaxError} If run lengths or a polygon are not sound.
 *
 * @example A polygon
 * ```ts
 * import { segmentationMask } from "./segmentation_mask.ts";
 *
 * segmentationMask([[1, 1, 3, 1, 3, 3, 1, 3]], [4, 4]).counts; // [5, 2, 2, 2, 5]
 * ```
 */
export function segmentationMask(segmentation: CocoSegmentation, size: Rle["size"]): Rle {
  if ("counts" in segmentation) return parseRle(segmentation.size, segmentation.counts);
  if (segmentation.length === 0) throw new SyntaxError("A mask has no polygon");
  return mergeMasks(
    segmentation.map((polygon) =>
      polygonMask(polygon.length === 4 ? rectangle(polygon as BoxXywh) : polygon, size)
    ),
    "union",
  );
}

/** A box as a polygon, its corners in the order in which pycocotools writes them. */
export function rectangle([x, y, width, height]: BoxXywh): number[] {
  return [x, y, x, y + height, x + width, y + height, x + width, y];
}
