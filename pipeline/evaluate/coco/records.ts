/** A picture of an annotated set. */
export interface AnnotatedImage {
  readonly id: number;
  /** In pixels; masks given as polygons are drawn on this size. */
  readonly width: number;
  readonly height: number;
  readonly file_name?: string;
  /** LVIS: categories that were looked for and are not there. */
  readonly neg_category_ids?: readonly number[];
  /** LVIS: categories of which some objects may not be marked. */
  readonly not_exhaustive_category_ids?: readonly number[];
}

/** A category of an annotated set. */
export interface AnnotatedCategory {
  readonly id: number;
  readonly name: string;
  /** LVIS: in fewer than 10 training images (r), fewer than 100 (c), or more (f). */
  readonly frequency?: "r" | "c" | "f";
}

/** A rectangle as COCO writes it: left, top, width, height, in pixels. */
export type BoxXywh = readonly [x: number, y: number, width: number, height: number];

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
  /** Unique; 0 names no object in COCO's evaluation, see `cocoEvaluation`. */
  readonly id: number;
  readonly image_id: number;
  readonly category_id: number;
  /** Needed where boxes are compared. */
  readonly bbox?: BoxXywh;
  /** Of the object itself, in pixels: decides whether it is small, medium or large. */
  readonly area: number;
  /** 1 marks a crowd region: it takes any number of detections and is not to be found. */
  readonly iscrowd?: 0 | 1;
  /** Needed where masks are compared. */
  readonly segmentation?: CocoSegmentation;
  /** LVIS: 1 where the object is not to be counted. */
  readonly ignore?: 0 | 1;
}

/** What `instances.json` of COCO or LVIS holds. */
export interface CocoAnnotations {
  readonly images: readonly AnnotatedImage[];
  readonly annotations: readonly CocoAnnotation[];
  readonly categories: readonly AnnotatedCategory[];
}

/** One entry of a results file. */
export interface CocoDetection {
  readonly image_id: number;
  readonly category_id: number;
  /** Needed where boxes are compared. */
  readonly bbox?: BoxXywh;
  /** Needed where masks are compared. */
  readonly segmentation?: CocoSegmentation;
  /** The higher, the surer; not NaN. */
  readonly score: number;
}

/** What an evaluation may be told; every field has a default. */
export interface CocoOptions {
  /** What is compared. @default "bbox" */
  readonly iouType?: "bbox" | "segm";
  /** Images that count. @default all of the annotations' */
  readonly imageIds?: readonly number[];
  /** Categories that count. @default all of the annotations' */
  readonly categoryIds?: readonly number[];
}

/** Numbers of one category, in [0, 1]; −1 where the category has no true object. */
export interface CategoryFigures {
  readonly category_id: number;
  readonly name: string;
  /** Mean over the IoU thresholds .50, .55, … .95. */
  readonly AP: number;
  readonly AP50: number;
  readonly AP75: number;
  readonly APsmall: number;
  readonly APmedium: number;
  readonly APlarge: number;
  /** Recall with the most detections that may count, mean over the thresholds. */
  readonly AR: number;
  /** At IoU .50, for recalls 0, .01, … 1 (101 numbers): the precision–recall curve. */
  readonly precisionAt50: readonly number[];
  /** Recall at each of the ten thresholds. */
  readonly recallPerIou: readonly number[];
}

/** A `CategoryFigures` with the name of its LVIS group. */
export interface LvisCategoryFigures extends CategoryFigures {
  readonly frequency: "r" | "c" | "f";
}

/** COCO's twelve numbers, in [0, 1]; −1 where there is nothing to find. */
export interface CocoSummary {
  readonly AP: number;
  readonly AP50: number;
  readonly AP75: number;
  readonly APsmall: number;
  readonly APmedium: number;
  readonly APlarge: number;
  /** Mean recall with 1, 10 and 100 detections an image and category. */
  readonly AR1: number;
  readonly AR10: number;
  readonly AR100: number;
  readonly ARsmall: number;
  readonly ARmedium: number;
  readonly ARlarge: number;
}

/** What `cocoEvaluation` finds. */
export interface CocoFigures {
  readonly summary: CocoSummary;
  /** In ascending order of ids. */
  readonly categories: readonly CategoryFigures[];
}

/** LVIS's numbers under the names of its package; −1 where there is nothing to find. */
export interface LvisSummary {
  readonly AP: number;
  readonly AP50: number;
  readonly AP75: number;
  readonly APs: number;
  readonly APm: number;
  readonly APl: number;
  /** Of rare, common and frequent categories. */
  readonly APr: number;
  readonly APc: number;
  readonly APf: number;
  readonly "AR@300": number;
  readonly "ARs@300": number;
  readonly "ARm@300": number;
  readonly "ARl@300": number;
}

/** What `lvisEvaluation` finds. */
export interface LvisFigures {
  readonly summary: LvisSummary;
  /** In ascending order of ids. */
  readonly categories: readonly LvisCategoryFigures[];
  /** Detections that count: of categories that are known to be in the image, or not to be. */
  readonly kept: number;
}
