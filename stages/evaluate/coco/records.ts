import type { BoxXywh } from "../../../data/geometry/mask/box_xywh.ts";

/** An image of an annotated set. */
export interface AnnotatedImage {
  /** Unique among the images. */
  readonly id: number;
  /** In pixels; masks given as polygons are drawn on this size. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Name of the image's file. */
  readonly file_name?: string;
  /** LVIS: categories that were looked for and are not there. */
  readonly neg_category_ids?: readonly number[];
  /** LVIS: categories of which some objects may not be marked. */
  readonly not_exhaustive_category_ids?: readonly number[];
}

/** A category of an annotated set. */
export interface AnnotatedCategory {
  /** Unique among the categories. */
  readonly id: number;
  /** What the category is called. */
  readonly name: string;
  /** LVIS: in fewer than 10 training images (r), fewer than 100 (c), or more (f). */
  readonly frequency?: "r" | "c" | "f";
}

/**
 * A mask as COCO writes it: polygons (each x₁, y₁, x₂, y₂, …, in pixels), or run lengths, as
 * numbers or as a compressed string; `size` is [height, width].
 */
export type CocoSegmentation =
  | readonly (readonly number[])[]
  | {
    readonly size: readonly [height: number, width: number];
    readonly counts: string | readonly number[];
  };

/** A true object. */
export interface CocoAnnotation {
  /** Unique, from 1: an object whose id is 0 is never found, see `cocoEvaluation`. */
  readonly id: number;
  /** `AnnotatedImage.id` of its image. */
  readonly image_id: number;
  /** `AnnotatedCategory.id` of its category. */
  readonly category_id: number;
  /** Needed if boxes are compared. */
  readonly bbox?: BoxXywh;
  /** Of the object itself, in pixels: decides whether it is small, medium or large. */
  readonly area: number;
  /** 1 marks a crowd region: it takes any number of detections and is not to be found. */
  readonly iscrowd?: 0 | 1;
  /** Needed if masks are compared. */
  readonly segmentation?: CocoSegmentation;
  /** LVIS: 1 if the object is not to be counted. */
  readonly ignore?: 0 | 1;
}

/** What `instances.json` of COCO or LVIS holds. */
export interface CocoAnnotations {
  /** All images, also those without objects. */
  readonly images: readonly AnnotatedImage[];
  /** All true objects. */
  readonly annotations: readonly CocoAnnotation[];
  /** All categories. */
  readonly categories: readonly AnnotatedCategory[];
}

/** One entry of a results file. */
export interface CocoDetection {
  /** `AnnotatedImage.id` of its image. */
  readonly image_id: number;
  /** `AnnotatedCategory.id` of its category. */
  readonly category_id: number;
  /** Needed if boxes are compared. */
  readonly bbox?: BoxXywh;
  /** Needed if masks are compared. */
  readonly segmentation?: CocoSegmentation;
  /** Confidence; not NaN. */
  readonly score: number;
}

/** Options of an evaluation. */
export interface EvaluationOptions {
  /** What is compared. @default "bbox" */
  readonly iouType?: "bbox" | "segm";
  /** Images that count. @default all of the annotations' */
  readonly imageIds?: readonly number[];
  /** Categories that count. @default all of the annotations' */
  readonly categoryIds?: readonly number[];
}

/** Options of `cocoEvaluation`. */
export interface CocoOptions extends EvaluationOptions {
  /**
   * How many detections, the best by score, count in an image and category: a recall is given
   * for each number, and precisions for the largest. @default [1, 10, 100]
   */
  readonly maxDetections?: readonly number[];
}

/** Precisions in [0, 1]; −1 if there is no true object. */
export interface Precisions {
  /** Mean over the IoU thresholds .50, .55, … .95, the recalls 0, .01, … 1 and the categories. */
  readonly AP: number;
  /** The same at IoU .50 alone. */
  readonly AP50: number;
  /** The same at IoU .75 alone. */
  readonly AP75: number;
}

/** COCO's numbers under its names, in [0, 1]; −1 if there is no true object. */
export interface CocoNumbers extends Precisions {
  /** AP of objects of at most 32² pixels. */
  readonly APsmall: number;
  /** AP of objects of 32² to 96² pixels. */
  readonly APmedium: number;
  /** AP of objects of at least 96² pixels. */
  readonly APlarge: number;
  /**
   * Mean recall over the thresholds with that many detections an image and category: `AR1`,
   * `AR10` and `AR100` by default.
   */
  readonly [recall: `AR${number}`]: number;
  /** Mean recall of small objects. */
  readonly ARsmall: number;
  /** Mean recall of medium objects. */
  readonly ARmedium: number;
  /** Mean recall of large objects. */
  readonly ARlarge: number;
}

/** The same for one category. */
export interface CocoCategoryFigures extends CocoNumbers {
  /** `AnnotatedCategory.id`. */
  readonly category_id: number;
  /** `AnnotatedCategory.name`. */
  readonly name: string;
  /** At IoU .50, for the recalls 0, .01, … 1 (101 numbers): the precision-recall curve. */
  readonly precisionAt50: readonly number[];
  /** Recall at each of the ten thresholds. */
  readonly recallPerIou: readonly number[];
}

/** The result of `cocoEvaluation`. */
export interface CocoFigures {
  /** The twelve numbers, in the order in which pycocotools prints them. */
  readonly summary: CocoNumbers;
  /** In ascending order of ids. */
  readonly categories: readonly CocoCategoryFigures[];
}

/** LVIS's numbers under its package's names, in [0, 1]; −1 if there is no true object. */
export interface LvisSummary extends Precisions {
  /** AP of small objects, as COCO divides them. */
  readonly APs: number;
  /** AP of medium objects. */
  readonly APm: number;
  /** AP of large objects. */
  readonly APl: number;
  /** AP of rare categories. */
  readonly APr: number;
  /** AP of common categories. */
  readonly APc: number;
  /** AP of frequent categories. */
  readonly APf: number;
  /** Mean recall with 300 detections an image. */
  readonly "AR@300": number;
  /** The same of small objects. */
  readonly "ARs@300": number;
  /** The same of medium objects. */
  readonly "ARm@300": number;
  /** The same of large objects. */
  readonly "ARl@300": number;
}

/** Precisions of one LVIS category. */
export interface LvisCategoryFigures extends Precisions {
  /** `AnnotatedCategory.id`. */
  readonly category_id: number;
  /** `AnnotatedCategory.name`. */
  readonly name: string;
  /** `AnnotatedCategory.frequency`. */
  readonly frequency: "r" | "c" | "f";
}

/** The result of `lvisEvaluation`. */
export interface LvisFigures {
  /** The thirteen numbers. */
  readonly summary: LvisSummary;
  /** In ascending order of ids. */
  readonly categories: readonly LvisCategoryFigures[];
  /** Detections that count: of categories known to be in their image, or known not to be. */
  readonly kept: number;
}
