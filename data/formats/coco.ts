import { basename, dirname, join } from "node:path";
import { isThere } from "../files/is_there.ts";
import {
  type Annotations,
  type ListedCategory,
  type ListedImage,
  readAnnotations,
} from "./annotations.ts";
import { type Box, pixelsToFrame } from "../geometry/box.ts";
import { chooseCategories } from "../questions/category_sets.ts";
import { pictureFolder, pictureInFolder } from "../pictures/picture.ts";
import type { PromptSet } from "../questions/prompt.ts";
import { MOST_BOXES } from "../questions/question_limits.ts";
import { hashText, uniform } from "../random.ts";
import type { RowSet } from "./rows.ts";
import { wholeBox } from "../geometry/whole_box.ts";

/** Which questions are asked about annotated images. */
export interface DetectionOptions {
  /** Turns tasks into prompts. */
  readonly prompts: PromptSet;
  /** Folder of the images, relative to the file's folder. Default: guessed. */
  readonly images?: string;
  /** Categories joined with "+", or sets of `CATEGORY_SETS`. Default: all. */
  readonly categories?: string;
  /** Share of questions about a category that is not there, in [0, 1). */
  readonly absent: number;
}

const ABSENT = hashText("coco/absent");

/** Images times categories that absent questions are drawn from, at most: seconds. */
const MOST_PAIRS = 5e8;

/**
 * Opens annotations of COCO's form (instances_*.json) as detection questions, one for each
 * image and category that is in it.
 *
 * Leaves out categories of which an image has a crowd region (not all of their boxes are known)
 * and objects without area. About `absent` of all questions are about a category that the
 * image does not show; which ones depends on ids alone.
 *
 * @throws {SyntaxError} If the file does not have that form: names file and place.
 * @throws {RangeError} If a category is unknown, or nothing is left to ask.
 */
export async function openCoco(path: string, options: DetectionOptions): Promise<RowSet> {
  return await detectionRows(
    "coco",
    path,
    options,
    (_, chosen, present) => chosen.filter(({ id }) => !present.has(id)),
  );
}

/** Categories that may be asked about as absent from an image. */
export type AbsentOf = (
  image: ListedImage,
  chosen: readonly ListedCategory[],
  /** Ids of categories that are there, chosen or not, crowds too. */
  present: ReadonlySet<number>,
) => readonly ListedCategory[];

/** What COCO and LVIS share; see `openCoco` and `openLvis`. */
export async function detectionRows(
  kind: string,
  path: string,
  { prompts, images: given, categories: wanted, absent }: DetectionOptions,
  absentOf: AbsentOf,
): Promise<RowSet> {
  const annotations = await readAnnotations(path);
  const names = annotations.categories.map(({ name }) => name);
  const chosenNames = new Set(
    wanted === undefined ? names : chosenOf(wanted, names, path),
  );
  const chosen = annotations.categories.filter(({ name }) => chosenNames.has(name));
  const folder = await folderOf(path, given, annotations.images[0]?.file);

  const questions = presentQuestions(path, annotations, chosen);
  const objects = objectsByImage(annotations);
  if (absent > 0) addAbsent(questions, annotations, chosen, objects, absent, absentOf);
  // In the file's order of images, and by id within one.
  questions.sort((a, b) => a.image - b.image || a.category.id - b.category.id);
  if (questions.length === 0) {
    throw new RangeError(
      `${path} leaves nothing to ask: none of its images has a box of ` +
        (wanted === undefined ? "a category" : wanted),
    );
  }
  const name = basename(path, ".json");
  return {
    name,
    size: questions.length,
    manifest: {
      kind,
      file: {
        path: basename(path),
        bytes: annotations.bytes,
        sha256: annotations.sha256,
      },
      images: annotations.images.length,
      categories: chosen.map(({ name }) => name),
      absent,
    },
    picture: (index) => String(annotations.images[questions[index]!.image]!.id),
    category: (index) => questions[index]!.category.name,
    row(index) {
      const { image: at, category, boxes } = questions[index]!;
      const { id, file, width, height } = annotations.images[at]!;
      const place = `${basename(path)}, image ${id}`;
      return Promise.resolve({
        id: `${id}/${category.name}`,
        imageId: String(id),
        place,
        size: { width, height },
        pictures: [pictureInFolder(folder, file, place)],
        prompt: prompts({ kind: "detection", category: category.name }),
        target: { kind: "detection" as const, category: category.name, boxes },
      });
    },
  };
}

interface Asked {
  /** Place in the list of images. */
  readonly image: number;
  readonly category: ListedCategory;
  readonly boxes: Box[];
}

function presentQuestions(
  path: string,
  { images, objects }: Annotations,
  chosen: readonly ListedCategory[],
): Asked[] {
  const imageAt = new Map(images.map(({ id }, i) => [id, i]));
  const categoryOf = new Map(chosen.map((category) => [category.id, category]));
  const found = new Map<string, Asked | undefined>(); // nothing: not to be asked
  objects.image.forEach((imageId, i) => {
    const category = categoryOf.get(objects.category[i]!);
    if (category === undefined) return;
    const image = imageAt.get(imageId)!, key = `${image}/${category.id}`;
    const { width, height, incomplete } = images[image]!;
    if (objects.crowd[i] || incomplete.includes(category.id)) {
      found.set(key, undefined);
      return;
    }
    if (found.has(key) && found.get(key) === undefined) return;
    const [x, y, w, h] = objects.boxes.slice(4 * i, 4 * i + 4) as [
      number,
      number,
      number,
      number,
    ];
    if (!(w > 0 && h > 0)) return;
    const asked = found.get(key) ?? { image, category, boxes: [] };
    found.set(key, asked);
    if (asked.boxes.length >= MOST_BOXES) {
      throw new RangeError(
        `${path}: annotations[${i}]: image ${imageId} has more than ${MOST_BOXES} boxes of ` +
          `one category: mark them as a crowd, or leave the image out`,
      );
    }
    asked.boxes.push(
      wholeBox(pixelsToFrame({ x1: x, y1: y, x2: x + w, y2: y + h }, width, height)),
    );
  });
  return [...found.values()].filter((asked) => asked !== undefined);
}

function objectsByImage({ images, objects }: Annotations): ReadonlySet<number>[] {
  const at = new Map(images.map(({ id }, i) => [id, i]));
  const sets = images.map(() => new Set<number>());
  objects.image.forEach((id, i) => sets[at.get(id)!]!.add(objects.category[i]!));
  return sets;
}

/** Draws from all pairs of an image and a category that it lacks, each with the same chance. */
function addAbsent(
  questions: Asked[],
  { images }: Annotations,
  chosen: readonly ListedCategory[],
  present: readonly ReadonlySet<number>[],
  share: number,
  absentOf: AbsentOf,
): void {
  if (images.length * chosen.length > MOST_PAIRS) {
    throw new RangeError(
      `absent=${share} cannot draw from ${images.length} images x ${chosen.length} ` +
        "categories: choose fewer by categories=, or leave absent out",
    );
  }
  const wanted = questions.length * share / (1 - share);
  let pairs = 0;
  images.forEach((image, i) => pairs += absentOf(image, chosen, present[i]!).length);
  const chance = wanted / pairs;
  images.forEach((image, i) => {
    for (const category of absentOf(image, chosen, present[i]!)) {
      if (uniform(ABSENT, hashText(`${image.id}/${category.name}`)) < chance) {
        questions.push({ image: i, category, boxes: [] });
      }
    }
  });
}

function chosenOf(wanted: string, names: readonly string[], path: string): string[] {
  try {
    return chooseCategories(wanted, names);
  } catch (error) {
    throw new RangeError(`categories=${wanted} of ${path}: ${(error as Error).message}`);
  }
}

/**
 * The folder of the images: the one given, else COCO's own layout (annotations/instances_X.json
 * beside X), else `images` beside the file, else the file's folder.
 */
async function folderOf(
  path: string,
  given: string | undefined,
  first: string | undefined,
) {
  const folder = dirname(path);
  const split = /_([^_]+)\.json$/.exec(basename(path))?.[1];
  if (given === undefined && split !== undefined) {
    const beside = join(folder, "..", split);
    if (await isThere(beside, "folder")) return beside;
  }
  return await pictureFolder(folder, given, first);
}
