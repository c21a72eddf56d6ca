import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bitmap, encodeMask, type Rle } from "../../data/geometry/mask/rle.ts";
import { hasReference, readFixture, REFERENCE, referenceTest } from "./fixtures.ts";

/** The masks that pycocotools and Pillow made: the file's own names. */
export interface MaskCases {
  readonly masks: readonly {
    readonly name: string;
    readonly size: readonly [number, number];
    readonly rows: readonly string[];
    readonly counts: string;
    readonly counts_uncompressed: readonly number[];
    readonly area: number;
    readonly bbox: readonly number[];
  }[];
  readonly polygons: readonly {
    readonly size: readonly [number, number];
    readonly polygons: readonly (readonly number[])[];
    readonly counts: string;
    readonly area: number;
    readonly bbox: readonly number[];
    readonly rows: readonly string[];
    readonly pil_polygon_rows_of_the_first: readonly string[];
  }[];
  readonly mask_iou: readonly {
    readonly rles: readonly {
      readonly size: readonly [number, number];
      counts: string;
    }[];
    readonly iscrowd: 0 | 1;
    readonly iou_dt_rows_gt_columns: readonly (readonly number[])[];
  }[];
  readonly box_iou: readonly {
    readonly boxes_xywh: readonly (readonly [number, number, number, number])[];
    readonly iscrowd: 0 | 1;
    readonly iou_dt_rows_gt_columns: readonly (readonly number[])[];
  }[];
  readonly merge_of_the_mask_iou_rles: readonly {
    readonly inputs: readonly number[];
    readonly union_counts: string;
    readonly intersection_counts: string;
  }[];
}

/** The file that the cases lie in. */
export const MASKS = "coco/masks.json";

/** The cases of the set to compare with; none if it lacks the file. */
export const maskCases: MaskCases = hasReference(MASKS)
  ? readFixture<MaskCases>(MASKS, REFERENCE)
  : {
    masks: [],
    polygons: [],
    mask_iou: [],
    box_iou: [],
    merge_of_the_mask_iou_rles: [],
  };

referenceTest("masks are compared with pycocotools'", [MASKS], () => {
  for (const [name, cases] of Object.entries(maskCases)) {
    if (Array.isArray(cases)) assert.ok(cases.length > 0, `${MASKS} has no ${name}`);
  }
});

/** Rows of "0" and "1", as the file writes them. */
export function rowsOf({ width, pixels }: Bitmap): string[] {
  const text = Array.from(pixels).join("");
  return Array.from(
    { length: width > 0 ? text.length / width : 0 },
    (_, y) => text.slice(y * width, (y + 1) * width),
  );
}

/** The bitmap of rows of "0" and "1". */
export function bitmapOf(rows: readonly string[], [height, width]: Rle["size"]): Bitmap {
  return { height, width, pixels: Array.from(rows.join(""), Number) };
}

const sides = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));

/** `count` bitmaps of one size, from empty to full. */
export function bitmaps(count: number): fc.Arbitrary<Bitmap[]> {
  return sides.chain(([height, width]) => {
    const pixel = fc.constantFrom(0, 0, 1);
    const pixels = fc.oneof(
      fc.array(pixel, { minLength: height * width, maxLength: height * width }),
      fc.constantFrom(0, 1).map((value) => Array<number>(height * width).fill(value)),
    );
    const bitmap = pixels.map((pixels) => ({ height, width, pixels }));
    return fc.array(bitmap, { minLength: count, maxLength: count });
  });
}

/** The run lengths of a bitmap in another writing: runs cut in two by an empty one. */
export function loosely(bitmap: Bitmap): Rle {
  const { size, counts } = encodeMask(bitmap);
  return { size, counts: counts.flatMap((run) => run > 1 ? [1, 0, run - 1] : [run]) };
}
