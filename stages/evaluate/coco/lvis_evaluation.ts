import { cellsOf } from "./cells.ts";
import { curvesOf } from "./curves.ts";
import { AREA_RANGES, judge } from "./judge.ts";
import { readColumns } from "./read_columns.ts";
import type {
  AnnotatedImage,
  CocoAnnotations,
  CocoDetection,
  EvaluationOptions,
  LvisFigures,
} from "./records.ts";
import { AT_50, AT_75, type Choice, meanPrecision, meanRecall } from "./summary.ts";

/** Detections that count in an image, over all categories: the first ones by score. */
const MAX_DETECTIONS = 300;

/**
 * LVIS's federated evaluation of boxes or masks: the numbers of the lvis package 0.5.3 to 1e-9.
 *
 * An image is annotated for some categories only. A detection counts if its category has a
 * true object in the image or is known to be absent (`neg_category_ids`); if the objects of
 * its category are not all marked (`not_exhaustive_category_ids`), a detection that finds none
 * is excused. The rest is as in `cocoEvaluation`, without crowd regions, and with the 300 most
 * confident detections of an image instead of 100 of an image and category.
 *
 * @throws {TypeError} If an image or a category lacks LVIS's fields, or a row its box or mask.
 * @throws {RangeError} If an id is given twice, a chosen id or a detection's image is not
 * annotated, or a score is NaN.
 * @throws {SyntaxError} If a mask is not sound; the message names the row and the place.
 *
 * @example A category of which nothing is known does not count
 * ```ts
 * import { lvisEvaluation } from "./lvis_evaluation.ts";
 *
 * const cat = { image_id: 1, category_id: 1, bbox: [0, 0, 9, 9] as const };
 * const truth = {
 *   images: [{
 *     id: 1,
 *     width: 20,
 *     height: 20,
 *     neg_category_ids: [],
 *     not_exhaustive_category_ids: [],
 *   }],
 *   categories: [
 *     { id: 1, name: "cat", frequency: "f" as const },
 *     { id: 2, name: "dog", frequency: "r" as const },
 *   ],
 *   annotations: [{ ...cat, id: 1, area: 81 }],
 * };
 * const dog = { ...cat, category_id: 2, score: 1 };
 * lvisEvaluation(truth, [dog, { ...cat, score: 0.9 }]).kept; // 1
 * ```
 */
export function lvisEvaluation(
  truth: CocoAnnotations,
  detections: readonly CocoDetection[],
  options: EvaluationOptions = {},
): LvisFigures {
  const absent = categoriesOf(truth.images, "neg_category_ids");
  const partial = categoriesOf(truth.images, "not_exhaustive_category_ids");
  const present = new Map(truth.images.map(({ id }) => [id, new Set<number>()]));
  for (const row of truth.annotations) present.get(row.image_id)?.add(row.category_id);
  const surest = surestOf(detections);
  const { columns, categories, detections: kept } = readColumns(
    truth,
    detections,
    options,
    {
      isCrowd: () => false,
      isIgnored: ({ ignore }) => Boolean(ignore),
      counts: ({ image_id, category_id }, place) =>
        surest.has(place) &&
        (present.get(image_id)!.has(category_id) ||
          absent.get(image_id)!.has(category_id)),
      isExcused: ({ image_id, category_id }) => partial.get(image_id)!.has(category_id),
    },
  );
  const groups = categories.map(({ id, frequency }) => {
    if (frequency) return frequency;
    throw new TypeError(`LVIS's category ${id} must have a "frequency" of r, c or f`);
  });
  const cells = cellsOf(columns);
  const limits = [MAX_DETECTIONS];
  const curves = curvesOf(
    cells,
    judge(columns, cells, AREA_RANGES, MAX_DETECTIONS),
    limits,
  );
  const shape = { categories: categories.length, areas: AREA_RANGES.length, limits: 1 };
  const precision = (choice: Choice) => meanPrecision(curves, shape, choice);
  const recall = (area: number) => meanRecall(curves, shape, { area });
  const group = (name: "r" | "c" | "f") => ({
    categories: groups.flatMap((frequency, i) => frequency === name ? [i] : []),
  });
  return {
    summary: {
      AP: precision({}),
      AP50: precision({ threshold: AT_50 }),
      AP75: precision({ threshold: AT_75 }),
      APs: precision({ area: 1 }),
      APm: precision({ area: 2 }),
      APl: precision({ area: 3 }),
      APr: precision(group("r")),
      APc: precision(group("c")),
      APf: precision(group("f")),
      "AR@300": recall(0),
      "ARs@300": recall(1),
      "ARm@300": recall(2),
      "ARl@300": recall(3),
    },
    categories: categories.map(({ id, name }, i) => ({
      category_id: id,
      name,
      frequency: groups[i]!,
      AP: precision({ categories: [i] }),
      AP50: precision({ categories: [i], threshold: AT_50 }),
      AP75: precision({ categories: [i], threshold: AT_75 }),
    })),
    kept: kept.length,
  };
}

/** Each image's categories under a name of LVIS's. */
function categoriesOf(
  images: readonly AnnotatedImage[],
  field: "neg_category_ids" | "not_exhaustive_category_ids",
): Map<number, Set<number>> {
  return new Map(images.map((image) => {
    const categories = image[field];
    if (categories) return [image.id, new Set(categories)];
    throw new TypeError(`LVIS's image ${image.id} must have a list "${field}"`);
  }));
}

/** Places of the most confident detections of each image, as many as count. */
function surestOf(detections: readonly CocoDetection[]): Set<number> {
  const images = Map.groupBy(detections.keys(), (at) => detections[at]!.image_id);
  const surest = new Set<number>();
  for (const places of images.values()) {
    const first = places.length > MAX_DETECTIONS
      ? places.sort((a, b) => detections[b]!.score - detections[a]!.score)
        .slice(0, MAX_DETECTIONS)
      : places;
    for (const at of first) surest.add(at);
  }
  return surest;
}
