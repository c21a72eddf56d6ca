import { join } from "node:path";
import { isThere } from "../../files/is_there.ts";
import { quoted } from "../../short_text.ts";
import { imagesIn, isImageName, namesIn, stemOf } from "./image_names.ts";
import { SPLIT_NAMES } from "./split_folders.ts";

/** Folders that other kinds of data have: none of them is a class. */
const NOT_CLASSES: readonly (readonly [RegExp, string])[] = [
  [/^(?:JPEGImages|Annotations|ImageSets|SegmentationClass|SegmentationObject)$/i, "voc"],
  [/^labels$/i, "yolo"],
];

/** Extensions of label files beside images, and what such data is. */
const BESIDE: readonly (readonly [RegExp, (path: string) => string])[] = [
  [/\.json$/i, (path) => `write labelme:${path}`],
  [/\.xml$/i, (path) => `write voc:${path}`],
  [/\.txt$/i, (path) => `write yolo:${path}, with the classes' names in its classes.txt`],
];

/**
 * Refuses a folder that is data of another kind: its folders would become classes.
 *
 * @param root Holds the folders.
 * @param names Of the folders.
 * @throws {RangeError} If a folder has the name of one that other kinds of data have, images lie
 * beside label files, or some of the folders are splits and others are not.
 */
export async function checkClasses(
  root: string,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const other = NOT_CLASSES.find(([pattern]) => pattern.test(name));
    if (other !== undefined) {
      throw new RangeError(
        `${root} has a folder ${quoted(name)}, which is no class: is it ${
          other[1]
        }:${root}?`,
      );
    }
    if (/^(?:images?|imgs?)$/i.test(name) && await hasImages(join(root, name))) {
      throw new RangeError(
        `${root} has the folders ${
          names.slice(0, 4).map((one) => quoted(one)).join(", ")
        }: images in ${
          quoted(name)
        } are of no class; put them into a folder for each class`,
      );
    }
  }
  await checkBeside(root, names);
  const splits: string[] = [];
  for (const name of names) {
    const isSplit = SPLIT_NAMES.includes(name.toLowerCase());
    if (isSplit && await hasImages(join(root, name))) splits.push(name);
  }
  const other = names.find((name) => !SPLIT_NAMES.includes(name.toLowerCase()));
  if (splits.length > 1 && other !== undefined) {
    throw new RangeError(
      `${root}: images lie in ${
        splits.map((one) => quoted(one)).join(" and ")
      }, which are splits, ` +
        `beside ${quoted(other)}: put those of each split into folders of their classes`,
    );
  }
}

/**
 * Refuses folders in which label files lie beside images of the same name.
 *
 * @throws {RangeError} Names both files, and what to write.
 */
export async function checkBeside(root: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const folder = join(root, name);
    if (!await isThere(folder, "folder")) continue;
    const inside = await namesIn(folder);
    const images = new Map(
      inside.filter(isImageName).map((image) => [stemOf(image), image]),
    );
    for (const file of inside) {
      const image = images.get(stemOf(file));
      const remedy = BESIDE.find(([extension]) => extension.test(file))?.[1];
      if (image === undefined || remedy === undefined) continue;
      throw new RangeError(
        `${folder}: ${quoted(file)} lies beside ${
          quoted(image)
        } and has its labels, so the folder ` +
          `is no class: ${remedy(folder)}`,
      );
    }
  }
}

async function hasImages(folder: string): Promise<boolean> {
  return await isThere(folder, "folder") && (await imagesIn(folder)).images.length > 0;
}
