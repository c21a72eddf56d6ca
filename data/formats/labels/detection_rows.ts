import { basename } from "node:path";
import { pictureInFolder, pictureSize } from "../../pictures/picture.ts";
import { checkUnits } from "../../questions/bad_truth.ts";
import { chooseCategories } from "../../questions/category_sets.ts";
import type { PromptSet } from "../../questions/prompt.ts";
import type { LabelledImages } from "../annotations.ts";
import { type BoxUnit, type FileKind, OPTIONS_OF } from "../file_spec.ts";
import type { RowSet } from "../rows.ts";
import { placedTruth } from "../truth.ts";
import { type AbsentOf, addAbsent, lacking, presentIds } from "./absent.ts";
import { nameOf, presentQuestions } from "./asked.ts";
import { sameNames } from "./same_names.ts";

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
  const { labelled, notes } = sameNames(given);
  const { images, categories } = labelled;
  const names = categories.map(({ name }) => name);
  const chosenNames = new Set(
    wanted === undefined ? names : chosenOf(wanted, names, path),
  );
  const chosen = categories.filter(({ name }) => chosenNames.has(name));
  const questions = presentQuestions(path, labelled, chosen);
  if (unit !== "unit") {
    checkUnits(
      questions.values().flatMap(({ boxes }) => boxes),
      path,
      OPTIONS_OF[manifest.kind as FileKind]?.includes("frame")
        ? "write frame=unit"
        : "write them in pixels",
    );
  }
  const objects = presentIds(labelled);
  const { absentOf = lacking } = source;
  if (absent > 0) addAbsent(questions, labelled, chosen, objects, absent, absentOf);
  // In the file's order of images, and by id within one.
  questions.sort((a, b) => a.image - b.image || a.category.id - b.category.id);
  if (questions.length === 0) {
    throw new RangeError(
      `${path} leaves nothing to ask: ${
        images.length === 1
          ? "its image has no box"
          : `none of its ${images.length} images has a box`
      }` +
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
        empty === 1
          ? "1 image has no boxes and asks nothing; absent=0.2 asks for what it lacks"
          : `${empty} images have no boxes and ask nothing; absent=0.2 asks for what they lack`,
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
        ...await placedTruth(truth, unit, () => size ?? pictureSize(picture)),
      };
    },
  };
}

function chosenOf(wanted: string, names: readonly string[], path: string): string[] {
  try {
    return chooseCategories(wanted, names);
  } catch (error) {
    throw new RangeError(`categories=${wanted} of ${path}: ${(error as Error).message}`);
  }
}
