import * as v from "npm:valibot@1.5.0";
import { jsonElements, type StreamedFile } from "../files/json_elements.ts";
import { placeImages } from "../questions/image_tags.ts";
import { checkPrompt } from "../questions/prompt_text.ts";
import { MOST_ITEMS, NAME_LENGTH } from "../questions/question_limits.ts";
import { checkJson } from "../files/check_json.ts";

/** An image that an annotation file lists. */
export interface ListedImage {
  /** Unique among the file's images. */
  readonly id: number;
  /** Width in pixels, as the file states it. Default: it does not. */
  readonly width?: number;
  /** Height in pixels, as the file states it. Default: it does not. */
  readonly height?: number;
  /** Below the folder of the images. */
  readonly file: string;
  /** Names it in records. Default: its id. */
  readonly name?: string;
  /** File and place of its labels, for errors. Default: the annotation file and its id. */
  readonly place?: string;
  /** LVIS: categories that were looked for and are not there. */
  readonly absent: readonly number[];
  /** LVIS: categories of which some objects may not be marked. */
  readonly incomplete: readonly number[];
}

/** A category that an annotation file lists. */
export interface ListedCategory {
  /** Unique among the file's categories. */
  readonly id: number;
  /** As the model is asked for it. */
  readonly name: string;
  /** COCO: the name of the group that it belongs to. */
  readonly supercategory?: string;
}

/**
 * The objects of an annotation file in columns: object i has `image[i]`, `category[i]`, the
 * corners `boxes[4 i]` … `boxes[4 i + 3]` (x, y, width, height in pixels) and `crowd[i]`.
 */
export interface ObjectColumns {
  /** Id of the image that shows the object. */
  readonly image: readonly number[];
  /** Id of the object's category. */
  readonly category: readonly number[];
  /** Four numbers an object: x, y, width, height, in pixels. */
  readonly boxes: readonly number[];
  /** Whether the box holds many objects that are not marked one by one. */
  readonly crowd: readonly boolean[];
}

/** What questions need of an annotation file of COCO or LVIS. */
export interface Annotations extends StreamedFile, LabelledImages {
}

/** Images with the boxes of their objects, in whatever form they were labelled. */
export interface LabelledImages {
  /** In the order of the file. */
  readonly images: readonly ListedImage[];
  /** In ascending order of ids. */
  readonly categories: readonly ListedCategory[];
  /** In the order of the file. */
  readonly objects: ObjectColumns;
}

const id = v.pipe(v.number("a number"), v.safeInteger("a whole number"));
const side = v.pipe(
  v.number("a number of pixels"),
  v.minValue(1, "at least 1 pixel"),
  v.maxValue(1e7, "at most 10000000 pixels"),
);
const ids = v.optional(v.array(id, "a list of ids"), []);
const imageSchema = v.object({
  id,
  width: side,
  height: side,
  file_name: v.optional(v.string("a text")),
  coco_url: v.optional(v.string("a text")),
  neg_category_ids: ids,
  not_exhaustive_category_ids: ids,
});
const categorySchema = v.object({
  id,
  name: v.pipe(
    v.string("a text"),
    v.maxLength(NAME_LENGTH, `a text of at most ${NAME_LENGTH} characters`),
  ),
  supercategory: v.optional(v.string("a text")),
});
/** Largest coordinate of a box, in pixels; sums of such numbers are finite. */
const FARTHEST = 1e9;

const finite = v.pipe(
  v.number("a number"),
  v.finite("a finite number"),
  v.check((value) => Math.abs(value) <= FARTHEST, `a number within ±${FARTHEST}`),
);
const objectSchema = v.object({
  image_id: id,
  category_id: id,
  bbox: v.tuple([finite, finite, finite, finite], "four numbers: x, y, width, height"),
  iscrowd: v.optional(v.picklist([0, 1], "0 or 1"), 0),
});

/** Images, objects and ids of an annotation file, at most: twice what a data set may hold. */
const MOST_LISTED = 2 * MOST_ITEMS;

/**
 * Reads an annotation file of COCO's or LVIS's form as a stream. Polygons are not kept: a file of
 * 500 MB needs the memory of its boxes.
 *
 * @throws {SyntaxError} If it does not have that form: names file, place and what is wrong.
 * @throws {RangeError} If it has more images and objects than fit in memory.
 */
export async function readAnnotations(path: string): Promise<Annotations> {
  const images: ListedImage[] = [], categories: ListedCategory[] = [];
  const image: number[] = [], category: number[] = [];
  const boxes: number[] = [], crowd: boolean[] = [];
  let items = 0;
  const count = (more: number, place: string) => {
    items += more;
    if (items <= MOST_LISTED) return;
    throw new RangeError(
      `${path}: ${place}: up to here are more than ${MOST_LISTED} images, objects and ids: ` +
        "split the file",
    );
  };
  const { keys, ...file } = await jsonElements(path, {
    images(element, index) {
      const one = checkJson(imageSchema, element, path, { place: `images[${index}]` });
      const { id, width, height } = one;
      const { neg_category_ids: absent, not_exhaustive_category_ids: incomplete } = one;
      count(1 + absent.length + incomplete.length, `images[${index}]`);
      images.push({
        ...{ id, width, height },
        file: fileOf(one, `${path}: images[${index}]`),
        absent,
        incomplete,
      });
    },
    categories(element, index) {
      count(1, `categories[${index}]`);
      const one = checkJson(categorySchema, element, path, {
        place: `categories[${index}]`,
      });
      try {
        checkPrompt(one.name);
        placeImages(one.name, 0); // an image's place in a prompt is no name
      } catch (error) {
        const { message } = error as Error;
        throw new SyntaxError(`${path}: categories[${index}].name: ${message}`);
      }
      categories.push(one);
    },
    annotations(element, index) {
      const one = checkJson(objectSchema, element, path, {
        place: `annotations[${index}]`,
      });
      count(1, `annotations[${index}]`);
      image.push(one.image_id);
      category.push(one.category_id);
      boxes.push(...one.bbox);
      crowd.push(one.iscrowd === 1);
    },
  });
  for (const key of ["images", "categories", "annotations"]) {
    if (keys.has(key)) continue;
    throw new SyntaxError(
      `${path} has no list ${key}: give the annotations of COCO or LVIS (instances)`,
    );
  }
  checkIds(path, "images", images);
  checkIds(path, "categories", categories);
  const knownImages = new Set(images.map(({ id }) => id));
  const knownCategories = new Set(categories.map(({ id }) => id));
  image.forEach((id, i) => {
    const [kind, lost] = !knownImages.has(id)
      ? ["image", id]
      : !knownCategories.has(category[i]!)
      ? ["category", category[i]]
      : [];
    if (kind === undefined) return;
    throw new SyntaxError(
      `${path}: annotations[${i}].${kind}_id is ${lost}, which the file does not list`,
    );
  });
  categories.sort((a, b) => a.id - b.id);
  return { ...file, images, categories, objects: { image, category, boxes, crowd } };
}

/** LVIS names its images by their address, of which the last two parts are a path. */
function fileOf(
  { file_name, coco_url }: { file_name?: string; coco_url?: string },
  place: string,
): string {
  if (file_name !== undefined) return file_name;
  const parts = coco_url?.split("/").slice(-2) ?? [];
  if (parts.length === 2) return parts.join("/");
  throw new SyntaxError(`${place} has neither file_name nor coco_url`);
}

function checkIds(path: string, list: string, rows: readonly { readonly id: number }[]) {
  const seen = new Map<number, number>();
  rows.forEach(({ id }, i) => {
    const before = seen.get(id);
    if (before !== undefined) {
      throw new SyntaxError(
        `${path}: ${list}[${i}] has the id ${id} of ${list}[${before}]: ids are unique`,
      );
    }
    seen.set(id, i);
  });
}
