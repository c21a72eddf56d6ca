import { basename } from "node:path";
import type { LabelledImages, ListedCategory, ListedImage } from "./annotations.ts";
import type { Box, Frame, FramedBox } from "../geometry/box.ts";
import { checkUnits } from "../questions/bad_truth.ts";
import { chooseCategories } from "../questions/category_sets.ts";
import { targetPerMille } from "../questions/framed_target.ts";
import { pictureInFolder } from "../pictures/picture.ts";
import type { PromptSet } from "../questions/prompt.ts";
import { MOST_BOXES } from "../questions/question_limits.ts";
import { hashText, uniform } from "../random.ts";
import { quoted } from "../short_text.ts";
import type { BoxUnit } from "./file_spec.ts";
import type { RowSet } from "./rows.ts";
import { statedTarget } from "./truth.ts";
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

/** Categories that may be asked about as absent from an image. */
export type AbsentOf = (
  image: ListedImage,
  chosen: readonly ListedCategory[],
  /** Ids of categories that are there, chosen or not, crowds too. */
  present: ReadonlySet<number>,
) => readonly ListedCategory[];

/** Where labelled images come from. */
export interface LabelledSource extends DetectionOptions {
  /** The file or folder of the labels, for errors. */
  readonly path: string;
  /** What records call the set. */
  readonly name: string;
  /** The folder of the images: nothing outside of it is read. */
  readonly folder: string;
  /** What boxes count; pixels are those of the stated size if there is one. */
  readonly unit: BoxUnit;
  /** What reproduces the set: its kind and its files. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Categories that an image lacks. Default: all that are not in it. */
  readonly absentOf?: AbsentOf;
  /** What people should know of how the labels were read. */
  readonly notes?: readonly string[];
}

/**
 * Labelled images as detection questions, one for each image and category that is in it. Categories
 * of one name are one category, and one that only serves as the group of others asks nothing.
 *
 * @throws {RangeError} If a category is unknown, or nothing is left to ask.
 */
export function detectionRows(given: LabelledImages, source: LabelledSource): RowSet {
  const { path, name, folder, unit, manifest, prompts, categories: wanted, absent } =
    source;
  const { labelled, notes } = withoutDoubles(given);
  const { images, categories } = labelled;
  const names = categories.map(({ name }) => name);
  const chosenNames = new Set(
    wanted === undefined ? names : chosenOf(wanted, names, path),
  );
  const chosen = categories.filter(({ name }) => chosenNames.has(name));
  const questions = presentQuestions(path, labelled, chosen);
  if (unit !== "unit") {
    checkUnits(
      questions.flatMap(({ boxes }) => boxes as Box[]),
      path,
      manifest.kind === "csv" || manifest.kind === "imagefolder"
        ? "write frame=unit"
        : "write them in pixels",
    );
  }
  const objects = objectsByImage(labelled);
  const { absentOf = lacking } = source;
  if (absent > 0) addAbsent(questions, labelled, chosen, objects, absent, absentOf);
  // In the file's order of images, and by id within one.
  questions.sort((a, b) => a.image - b.image || a.category.id - b.category.id);
  if (questions.length === 0) {
    throw new RangeError(
      `${path} leaves nothing to ask: none of its ${images.length} images has a box` +
        (wanted === undefined ? "" : ` of ${wanted}`) +
        (labelled.objects.image.length === 0
          ? ": look where its labels are; docs/data.md shows where they belong"
          : ""),
    );
  }
  const empty = objects.filter((set) => set.size === 0).length;
  const told = [
    ...source.notes ?? [],
    ...notes,
    ...empty > 0 && absent === 0
      ? [
        `${empty} images have no boxes and ask nothing; absent=0.2 asks for what they lack`,
      ]
      : [],
  ];
  return {
    name,
    size: questions.length,
    manifest: {
      ...manifest,
      images: images.length,
      categories: chosen.map(({ name }) => name),
      absent,
    },
    ...told.length > 0 && { notes: told },
    picture: (index) => nameOf(images[questions[index]!.image]!),
    category: (index) => questions[index]!.category.name,
    async row(index) {
      const { image: at, category, boxes } = questions[index]!;
      const image = images[at]!, { file, width, height } = image;
      const { place = `${basename(path)}, image ${nameOf(image)}` } = image;
      const picture = pictureInFolder(folder, file, place);
      const size = width === undefined || height === undefined
        ? undefined
        : { width, height };
      const target = { kind: "detection", category: category.name, boxes } as const;
      const truth = { target, frame: "pixels", isRounded: true } as const;
      return {
        id: `${nameOf(image)}/${category.name}`,
        imageId: nameOf(image),
        place,
        ...size && { size },
        pictures: [picture],
        prompt: prompts({ kind: "detection", category: category.name }),
        target: size && unit === "pixels"
          ? rounded(targetPerMille(target, { kind: "pixels", ...size }))
          : await statedTarget(truth, unit, picture),
      };
    },
  };
}

function rounded(target: ReturnType<typeof targetPerMille>) {
  return target.kind === "detection"
    ? { ...target, boxes: target.boxes.map(wholeBox) }
    : target;
}

function nameOf({ id, name = String(id) }: ListedImage): string {
  return name;
}

function lacking(
  _: ListedImage,
  chosen: readonly ListedCategory[],
  present: ReadonlySet<number>,
): readonly ListedCategory[] {
  return chosen.filter(({ id }) => !present.has(id));
}

/**
 * Makes categories of one name one, and leaves out those that have no objects and are the group of
 * others, as Roboflow's exports begin with.
 */
function withoutDoubles(
  { images, categories, objects }: LabelledImages,
): { readonly labelled: LabelledImages; readonly notes: readonly string[] } {
  const used = new Set(objects.category);
  const groups = new Set(
    categories.map(({ name, supercategory }) =>
      supercategory === name ? undefined : supercategory
    ),
  );
  const isGroup = ({ id, name }: ListedCategory) => groups.has(name) && !used.has(id);
  const first = new Map<string, number>(), idOf = new Map<number, number>();
  const kept: ListedCategory[] = [], doubles = new Set<string>();
  for (const category of categories) {
    if (isGroup(category)) continue;
    const before = first.get(category.name);
    if (before === undefined) {
      first.set(category.name, category.id);
      kept.push(category);
    } else doubles.add(category.name);
    idOf.set(category.id, before ?? category.id);
  }
  const left = categories.filter(isGroup).map(({ name }) => name);
  return {
    labelled: {
      images,
      categories: kept,
      objects: doubles.size === 0
        ? objects
        : { ...objects, category: objects.category.map((id) => idOf.get(id)!) },
    },
    notes: [
      ...left.length > 0
        ? [
          `${
            left.map((name) => quoted(name)).join(", ")
          } is the group of other categories and has no boxes: it asks nothing`,
        ]
        : [],
      ...doubles.size > 0
        ? [
          `several categories are called ${
            [...doubles].map((name) => quoted(name)).join(", ")
          }: they are one`,
        ]
        : [],
    ],
  };
}

interface Asked {
  /** Place in the list of images. */
  readonly image: number;
  readonly category: ListedCategory;
  /** In the file's frame. */
  readonly boxes: FramedBox<Frame>[];
}

function presentQuestions(
  path: string,
  { images, objects }: LabelledImages,
  chosen: readonly ListedCategory[],
): Asked[] {
  const imageAt = new Map(images.map(({ id }, i) => [id, i]));
  const categoryOf = new Map(chosen.map((category) => [category.id, category]));
  const found = new Map<string, Asked | undefined>(); // nothing: not to be asked
  objects.image.forEach((imageId, i) => {
    const category = categoryOf.get(objects.category[i]!);
    if (category === undefined) return;
    const image = imageAt.get(imageId)!, key = `${image}/${category.id}`;
    const { incomplete } = images[image]!;
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
        `${path}: annotations[${i}]: image ${
          nameOf(images[image]!)
        } has more than ${MOST_BOXES} boxes of ` +
          `one category: mark them as a crowd, or leave the image out`,
      );
    }
    asked.boxes.push({ x1: x, y1: y, x2: x + w, y2: y + h });
  });
  return [...found.values()].filter((asked) => asked !== undefined);
}

function objectsByImage({ images, objects }: LabelledImages): ReadonlySet<number>[] {
  const at = new Map(images.map(({ id }, i) => [id, i]));
  const sets = images.map(() => new Set<number>());
  objects.image.forEach((id, i) => sets[at.get(id)!]!.add(objects.category[i]!));
  return sets;
}

/** Draws from all pairs of an image and a category that it lacks, each with the same chance. */
function addAbsent(
  questions: Asked[],
  { images }: LabelledImages,
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
      if (uniform(ABSENT, hashText(`${nameOf(image)}/${category.name}`)) < chance) {
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
