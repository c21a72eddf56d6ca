import * as v from "npm:valibot@1.5.0";
import type {
  CocoAnnotations,
  CocoDetection,
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
import { readRows } from "./rows.ts";

/** The detections of a file. */
export interface ReadResults {
  readonly detections: readonly CocoDetection[];
  /** What they state of each object. */
  readonly states: readonly ("bbox" | "segm")[];
  /** Detections of categories that the annotations do not have: they count for nothing. */
  readonly unknownCategories: number;
}

const NONE = v.pipe(v.any(), v.transform(() => undefined));
const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;

const detection = v.object({
  image_id: integer,
  category_id: integer,
  score: finite,
  // An empty box stands for none beside a mask, as in pycocotools.
  bbox: v.optional(v.lazy((value) => isEmpty(value) ? NONE : bbox)),
  segmentation: v.optional(segmentation),
}, "an object") as v.GenericSchema<unknown, CocoDetection>;

/**
 * Reads a results file of COCO or LVIS: a list of detections with `bbox`, `segmentation` or
 * both. All must state what the first one states.
 *
 * @param json The file's content.
 * @param file Its name, for messages.
 * @param truth What it is about.
 * @throws {SyntaxError} If it is not such a list, or names an image that is not annotated:
 * names the file and the place in it.
 *
 * @example
 * ```ts
 * import { readResults } from "./results.ts";
 *
 * const truth = {
 *   images: [{ id: 7, width: 640, height: 480 }],
 *   annotations: [],
 *   categories: [{ id: 1, name: "cat" }],
 * };
 * const results = [{ image_id: 7, category_id: 1, bbox: [0, 0, 9, 9], score: 0.5 }];
 * readResults(results, "results.json", truth).states; // ["bbox"]
 * ```
 */
export function readResults(
  json: unknown,
  file: string,
  truth: CocoAnnotations,
): ReadResults {
  const detections = readRows(json, file, "", detection, isDetection);
  const [first] = detections;
  const states = (["bbox", "segm"] as const).filter((state) =>
    first === undefined ? state === "bbox" : first[KEYS[state]] !== undefined
  );
  if (states.length === 0) {
    throw new SyntaxError(`${file}: [0] has neither bbox nor segmentation`);
  }
  const images = new Set(truth.images.map(({ id }) => id));
  const categories = new Set(truth.categories.map(({ id }) => id));
  let unknownCategories = 0;
  detections.forEach((row, i) => {
    if (!images.has(row.image_id)) {
      throw fault(file, `[${i}].image_id`, "the id of an annotated image", row.image_id);
    }
    for (const state of states) {
      if (row[KEYS[state]] === undefined) {
        throw fault(file, `[${i}].${KEYS[state]}`, "as in the first row", undefined);
      }
    }
    if (!categories.has(row.category_id)) unknownCategories++;
  });
  return { detections, states, unknownCategories };
}

const KEYS = { bbox: "bbox", segm: "segmentation" } as const;

function isDetection(row: Readonly<Record<string, unknown>>): boolean {
  return Number.isSafeInteger(row.image_id) && Number.isSafeInteger(row.category_id) &&
    Number.isFinite(row.score) &&
    (row.bbox === undefined || isBbox(row.bbox)) &&
    (row.segmentation === undefined || isSegmentation(row.segmentation));
}
