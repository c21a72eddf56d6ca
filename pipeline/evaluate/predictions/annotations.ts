import * as v from "npm:valibot@1.5.0";
import type {
  AnnotatedCategory,
  AnnotatedImage,
  CocoAnnotation,
  CocoAnnotations,
} from "../../../stages/evaluate/coco/records.ts";
import { fault } from "../../../data/files/json_fault.ts";
import {
  bbox,
  finite,
  integer,
  isBbox,
  isSegmentation,
  segmentation,
} from "./regions.ts";
import { isRecord, readRows } from "./rows.ts";

/** The ground truth of a file, and whose rules apply to it. */
export interface ReadAnnotations {
  readonly benchmark: "coco" | "lvis";
  readonly truth: CocoAnnotations;
}

type Row = Readonly<Record<string, unknown>>;

const flag = v.picklist([0, 1], "0 or 1");
const side = v.pipe(integer, v.minValue(1, "a size of at least 1"));
const ids = v.array(integer, "a list of ids");
const annotation = v.object({
  id: integer,
  image_id: integer,
  category_id: integer,
  bbox: v.optional(bbox),
  area: finite,
  iscrowd: v.optional(flag),
  segmentation: v.optional(segmentation),
  ignore: v.optional(flag),
}, "an object");
const cocoImage = v.object(
  { id: integer, width: side, height: side, file_name: v.optional(v.string("a text")) },
  "an object",
);
const lvisImage = v.object({
  ...cocoImage.entries,
  neg_category_ids: ids,
  not_exhaustive_category_ids: ids,
}, "an object");
const cocoCategory = v.object({ id: integer, name: v.string("a text") }, "an object");
const lvisCategory = v.object({
  ...cocoCategory.entries,
  frequency: v.picklist(["r", "c", "f"], '"r", "c" or "f"'),
}, "an object");

/**
 * Reads the ground truth of a detection benchmark: COCO's instances.json or LVIS's file, which is
 * known by `neg_category_ids` in its images or `frequency` in its categories.
 *
 * @param json The file's content.
 * @param file Its name, for messages.
 * @throws {SyntaxError} If it is neither: names the file and the place in it.
 *
 * @example
 * ```ts
 * import { readAnnotations } from "./annotations.ts";
 *
 * const images = [{ id: 1, width: 640, height: 480 }];
 * readAnnotations({ images, annotations: [], categories: [] }, "mine.json").benchmark;
 * // "coco"
 * ```
 */
export function readAnnotations(json: unknown, file: string): ReadAnnotations {
  if (!isRecord(json) || Array.isArray(json)) {
    throw fault(file, "", "an object with images, annotations and categories", json);
  }
  const { images, annotations, categories } = json;
  const isLvis = has(images, "neg_category_ids") || has(categories, "frequency");
  const image: v.GenericSchema<unknown, AnnotatedImage> = isLvis ? lvisImage : cocoImage;
  const category = (isLvis ? lvisCategory : cocoCategory) as v.GenericSchema<
    unknown,
    AnnotatedCategory
  >;
  const truth = {
    images: readRows(images, file, ".images", image, isLvis ? isNever : isImage),
    annotations: readRows(
      annotations,
      file,
      ".annotations",
      annotation as v.GenericSchema<unknown, CocoAnnotation>,
      isAnnotation,
    ),
    categories: readRows(categories, file, ".categories", category, isNever),
  };
  return { benchmark: isLvis ? "lvis" : "coco", truth };
}

function has(rows: unknown, key: string): boolean {
  return Array.isArray(rows) &&
    rows.some((row) => isRecord(row) && Object.hasOwn(row, key));
}

function isNever(): boolean {
  return false;
}

function isImage({ id, width, height, file_name }: Row): boolean {
  return Number.isSafeInteger(id) && isSide(width) && isSide(height) &&
    (file_name === undefined || typeof file_name === "string");
}

function isSide(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isAnnotation(row: Row): boolean {
  return Number.isSafeInteger(row.id) && Number.isSafeInteger(row.image_id) &&
    Number.isSafeInteger(row.category_id) && Number.isFinite(row.area) &&
    (row.bbox === undefined || isBbox(row.bbox)) &&
    (row.iscrowd === undefined || row.iscrowd === 0 || row.iscrowd === 1) &&
    (row.segmentation === undefined || isSegmentation(row.segmentation)) &&
    (row.ignore === undefined || row.ignore === 0 || row.ignore === 1);
}
