import * as v from "npm:valibot@1.5.0";
import type { BoxXywh } from "../../../data/geometry/mask/box_xywh.ts";
import type { CocoSegmentation } from "../../../stages/evaluate/coco/records.ts";

/** An id or a count. */
export const integer = v.pipe(
  v.number("a whole number"),
  v.safeInteger("a whole number"),
);

/** Any number that JSON can write and a double can hold. */
export const finite = v.pipe(
  v.number("a finite number"),
  v.finite("a finite number"),
);

const FOUR = "a list of four numbers (left, top, width, height)";

/** Left, top, width and height. */
export const bbox = v.pipe(
  v.array(finite, FOUR),
  v.length(4, FOUR),
) as unknown as v.GenericSchema<unknown, BoxXywh>;

/** A mask in one of COCO's forms; whether it is sound shows when it is drawn. */
export const segmentation = v.custom<CocoSegmentation>(
  isSegmentation,
  "a list of polygons, or run lengths with size and counts",
);

/** Whether `bbox` takes it. */
export function isBbox(value: unknown): value is BoxXywh {
  return isNumbers(value) && value.length === 4;
}

/** Whether it is written as a mask. */
export function isSegmentation(value: unknown): value is CocoSegmentation {
  if (Array.isArray(value)) return value.every(isNumbers);
  if (typeof value !== "object" || value === null) return false;
  const { size, counts } = value as {
    readonly size?: unknown;
    readonly counts?: unknown;
  };
  return isNumbers(size) && size.length === 2 &&
    (typeof counts === "string" || isNumbers(counts));
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(Number.isFinite);
}
