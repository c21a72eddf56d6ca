import { maskArea, type Rle } from "../../../data/geometry/mask/rle.ts";
import { type Columns, detectedColumns, truthColumns } from "./columns.ts";
import type {
  AnnotatedCategory,
  AnnotatedImage,
  CocoAnnotation,
  CocoAnnotations,
  CocoDetection,
  EvaluationOptions,
} from "./records.ts";
import {
  boxColumns,
  boxOf,
  boxOverlap,
  type Context,
  hasBox,
  maskOf,
  maskOverlap,
} from "./regions.ts";

/** The rows that count, and what their columns' numbers stand for. */
export interface Sheet {
  readonly columns: Columns;
  /** In ascending order of ids: the columns' numbers are places in this list. */
  readonly images: readonly AnnotatedImage[];
  /** In ascending order of ids: the columns' numbers are places in this list. */
  readonly categories: readonly AnnotatedCategory[];
  readonly annotations: readonly CocoAnnotation[];
  readonly detections: readonly CocoDetection[];
  /** Places of `detections` in the list that was given. */
  readonly places: readonly number[];
}

/** How a benchmark reads its rows. */
export interface RowRules {
  /** A crowd region takes any number of detections. */
  readonly isCrowd: (annotation: CocoAnnotation) => boolean;
  /** An ignored object need not be found. */
  readonly isIgnored: (annotation: CocoAnnotation) => boolean;
  /** Whether a detection counts. */
  readonly counts: (detection: CocoDetection, place: number) => boolean;
  /** Whether a detection that finds nothing is excused. */
  readonly isExcused: (detection: CocoDetection) => boolean;
}

/**
 * Reads the rows of the chosen images and categories into columns.
 *
 * @throws {RangeError} If an id is given twice, a chosen id or a detection's image is not
 * annotated, or a score is NaN.
 * @throws {TypeError} If a row lacks what is to be compared.
 * @throws {SyntaxError} If a mask is not sound.
 */
export function readColumns(
  truth: CocoAnnotations,
  detections: readonly CocoDetection[],
  { iouType = "bbox", imageIds, categoryIds }: EvaluationOptions,
  rules: RowRules,
): Sheet {
  checkDetections(truth, detections);
  const images = choose("image", truth.images, imageIds);
  const categories = choose("category", truth.categories, categoryIds);
  const imageAt = placesOf(images), categoryAt = placesOf(categories);
  const isChosen = (
    row: { readonly image_id: number; readonly category_id: number },
  ) => imageAt.has(row.image_id) && categoryAt.has(row.category_id);

  const annotations = truth.annotations.filter(isChosen);
  requireUnique("annotation", annotations);
  const places: number[] = [];
  detections.forEach((row, at) => {
    if (isChosen(row) && rules.counts(row, at)) places.push(at);
  });
  const counted = places.map((at) => detections[at]!);

  const truths = truthColumns(annotations.length);
  annotations.forEach((row, i) => {
    truths.image[i] = imageAt.get(row.image_id)!;
    truths.category[i] = categoryAt.get(row.category_id)!;
    truths.area[i] = row.area;
    truths.crowd[i] = Number(rules.isCrowd(row));
    truths.ignored[i] = Number(rules.isIgnored(row));
    truths.nameless[i] = Number(row.id === 0);
  });
  const detected = detectedColumns(counted.length);
  counted.forEach((row, i) => {
    detected.image[i] = imageAt.get(row.image_id)!;
    detected.category[i] = categoryAt.get(row.category_id)!;
    detected.score[i] = row.score;
    detected.excused[i] = Number(rules.isExcused(row));
  });
  const theirs: Context = {
    size: (row) => sizeOf(images[detected.image[row]!]!),
    name: (row) => `Detection ${places[row]! + 1}`,
    boxAsMask: true, // as COCO's tools do on reading results
  };
  const ours: Context = {
    size: (row) => sizeOf(images[truths.image[row]!]!),
    name: (row) => `Annotation ${annotations[row]!.id}`,
    boxAsMask: false,
  };
  // As COCO's tools do: of its box if it has one, even if masks are compared.
  const setAreas = (maskAt: (row: number) => Rle) => {
    counted.forEach((row, i) => {
      detected.area[i] = hasBox(row) ? row.bbox[2] * row.bbox[3] : maskArea(maskAt(i));
    });
  };
  let overlap: Columns["overlap"];
  if (iouType === "segm") {
    const masks = counted.map((row, i) => maskOf(row, i, theirs));
    const wanted = annotations.map((row, i) => maskOf(row, i, ours));
    overlap = maskOverlap(masks, wanted, truths.crowd);
    setAreas((i) => masks[i]!);
  } else {
    const boxes = counted.map((row, i) => boxOf(row, i, theirs));
    const wanted = annotations.map((row, i) => boxOf(row, i, ours));
    overlap = boxOverlap(boxColumns(boxes), boxColumns(wanted), truths.crowd);
    setAreas((i) => maskOf(counted[i]!, i, theirs));
  }
  const columns = {
    images: images.length,
    categories: categories.length,
    truth: truths,
    detected,
    overlap,
  };
  return { columns, images, categories, annotations, detections: counted, places };
}

function sizeOf({ height, width }: AnnotatedImage): Rle["size"] {
  return [height, width];
}

function checkDetections(truth: CocoAnnotations, detections: readonly CocoDetection[]) {
  const known = placesOf(truth.images);
  detections.forEach(({ image_id, score }, i) => {
    if (!known.has(image_id)) {
      throw new RangeError(
        `Detection ${i + 1} is of image ${image_id}, which the annotations do not list`,
      );
    }
    if (!Number.isNaN(score)) return;
    throw new RangeError(`Detection ${i + 1} must have a number as its score, not NaN`);
  });
}

/** Rows in ascending order of ids: all of them, or those that are asked for. */
function choose<Row extends { readonly id: number }>(
  kind: string,
  rows: readonly Row[],
  ids: readonly number[] | undefined,
): Row[] {
  requireUnique(kind, rows);
  const wanted = ids && new Set(ids);
  const known = placesOf(rows);
  for (const id of wanted ?? []) {
    if (known.has(id)) continue;
    throw new RangeError(`The annotations do not list ${kind} ${id}, which is asked for`);
  }
  return rows.filter(({ id }) => wanted?.has(id) ?? true).sort((a, b) => a.id - b.id);
}

function requireUnique(kind: string, rows: readonly { readonly id: number }[]) {
  const seen = new Set<number>();
  for (const { id } of rows) {
    if (seen.has(id)) {
      throw new RangeError(
        `The annotations list ${kind} ${id} twice: ids must be unique`,
      );
    }
    seen.add(id);
  }
}

function placesOf(rows: readonly { readonly id: number }[]): Map<number, number> {
  return new Map(rows.map(({ id }, i) => [id, i]));
}
