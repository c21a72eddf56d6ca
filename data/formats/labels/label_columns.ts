import { checkPrompt } from "../../questions/prompt_text.ts";
import { placeImages } from "../../questions/image_tags.ts";
import { MOST_ITEMS, NAME_LENGTH } from "../../questions/question_limits.ts";
import { quoted } from "../../short_text.ts";
import type { LabelledImages, ListedImage } from "../annotations.ts";

/** Corners of a box in a file's own frame. */
export interface Corners {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** Collects labelled images one by one. */
export interface LabelColumns {
  /** Adds an image; its id is its place in the order of calls. @throws {SyntaxError} If it has been added. */
  image(image: Omit<ListedImage, "id" | "absent" | "incomplete">): void;
  /**
   * Adds an object of the image that was added last.
   *
   * @param place File and place, for errors.
   * @param isCrowd Whether not all objects of the category are marked in the image.
   * @throws {SyntaxError} If the box has no area or is not finite, or the name is no name.
   */
  object(category: string, box: Corners, place: string, isCrowd?: boolean): void;
  /** Names categories in the order in which they are asked; others follow by name. */
  name(category: string, place: string): void;
  /** All that was added. */
  labelled(): LabelledImages;
}

/** Makes a collector of labelled images. */
export function labelColumns(): LabelColumns {
  const images: ListedImage[] = [];
  const image: number[] = [], category: number[] = [];
  const boxes: number[] = [], crowd: boolean[] = [];
  const ids = new Map<string, number>(), files = new Set<string>();
  const idOf = (name: string, place: string): number => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    checkName(name, place);
    ids.set(name, ids.size + 1);
    return ids.size;
  };
  return {
    image(one) {
      if (files.has(one.file)) {
        throw new SyntaxError(
          `${one.place ?? one.file}: the image ${quoted(one.file)} is listed twice: ` +
            "give all of its boxes in one place",
        );
      }
      files.add(one.file);
      images.push({ ...one, id: images.length, absent: [], incomplete: [] });
    },
    object(name, { x1, y1, x2, y2 }, place, isCrowd = false) {
      if (![x1, y1, x2, y2].every(Number.isFinite)) {
        throw new SyntaxError(`${place}: the box has a number that is not finite`);
      }
      if (!(x1 < x2 && y1 < y2)) {
        throw new SyntaxError(
          `${place}: the box ${x1}, ${y1}, ${x2}, ${y2} has no area: its right and bottom ` +
            "edges lie beyond the left and top ones",
        );
      }
      image.push(images.length - 1);
      category.push(idOf(name, place));
      boxes.push(x1, y1, x2 - x1, y2 - y1);
      crowd.push(isCrowd);
      if (images.length + image.length > MOST_ITEMS) {
        throw new RangeError(
          `${place}: up to here are more than ${MOST_ITEMS} images and boxes: split the data`,
        );
      }
    },
    name: (name, place) => void idOf(name, place),
    labelled: () => ({
      images,
      categories: [...ids].map(([name, id]) => ({ id, name })),
      objects: { image, category, boxes, crowd },
    }),
  };
}

function checkName(name: string, place: string): void {
  if (name.trim() === "" || name.length > NAME_LENGTH || /[{}\r\n]/.test(name)) {
    throw new SyntaxError(
      `${place}: ${
        quoted(name)
      } is no name of a category: give a text of 1 to ${NAME_LENGTH} ` +
        "characters without braces and line breaks",
    );
  }
  try {
    checkPrompt(name);
    placeImages(name, 0);
  } catch (error) {
    throw new SyntaxError(`${place}: ${(error as Error).message}`);
  }
}
