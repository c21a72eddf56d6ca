import type { Frame, FramedBox } from "../../geometry/box.ts";
import { MOST_BOXES } from "../../questions/question_limits.ts";
import type { LabelledImages, ListedCategory, ListedImage } from "../annotations.ts";

/** What is asked of an image: where are the objects of a category? */
export interface Asked {
  /** Place in the list of images. */
  readonly image: number;
  readonly category: ListedCategory;
  /** In the file's frame. */
  readonly boxes: FramedBox<Frame>[];
}

/** What records call an image. */
export function nameOf({ id, name = String(id) }: ListedImage): string {
  return name;
}

/**
 * The categories that are asked of each image because objects of them are in it. Not asked are those
 * of which some objects may not be marked.
 *
 * @throws {RangeError} If an image has more boxes of a category than a question may have.
 */
export function presentQuestions(
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
