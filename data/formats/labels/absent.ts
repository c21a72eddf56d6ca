import { hashText, uniform } from "../../random.ts";
import type { LabelledImages, ListedCategory, ListedImage } from "../annotations.ts";
import { type Asked, nameOf } from "./asked.ts";

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

/** All chosen categories that are not in an image. */
export function lacking(
  _: ListedImage,
  chosen: readonly ListedCategory[],
  present: ReadonlySet<number>,
): readonly ListedCategory[] {
  return chosen.filter(({ id }) => !present.has(id));
}

/** Ids of the categories that are in each image. */
export function presentIds({ images, objects }: LabelledImages): ReadonlySet<number>[] {
  const at = new Map(images.map(({ id }, i) => [id, i]));
  const sets = images.map(() => new Set<number>());
  objects.image.forEach((id, i) => sets[at.get(id)!]!.add(objects.category[i]!));
  return sets;
}

/**
 * Adds questions about categories that are not there. Draws from all pairs of an image and a category
 * that it lacks, each with the same chance.
 *
 * @throws {RangeError} If there are too many pairs.
 */
export function addAbsent(
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
