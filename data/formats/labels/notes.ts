import { join } from "node:path";
import { quoted } from "../../short_text.ts";
import { foldersIn, imagesBelow } from "./image_names.ts";

/**
 * A sentence about some names, of which the first three are told; none if there are none.
 *
 * @param one What is said of a single name, behind the 1.
 * @param many What is said of several, behind their number.
 */
export function noteOf(
  names: readonly string[],
  one: string,
  many: string,
): readonly string[] {
  if (names.length === 0) return [];
  const some = names.slice(0, 3).map((name) => quoted(name)).join(", ");
  return [
    `${names.length} ${names.length === 1 ? one : many}: ${some}${
      names.length > 3 ? ", …" : ""
    }`,
  ];
}

/** Tells of images that are left out. */
export function unreadNote(unread: readonly string[]): readonly string[] {
  return noteOf(
    unread,
    "file is not PNG, JPEG, WebP, GIF, TIFF or AVIF and is left out",
    "files are not PNG, JPEG, WebP, GIF, TIFF or AVIF and are left out",
  );
}

/** Tells of labels that no image has. */
export function orphanNote(labels: readonly string[]): readonly string[] {
  return noteOf(labels, "label file has no image", "label files have no image");
}

/** Tells of images that no label file belongs to: they count as images without objects. */
export function unlabelledNote(images: readonly string[]): readonly string[] {
  return noteOf(
    images,
    "image has no label file and counts as an image without objects",
    "images have no label file and count as images without objects",
  );
}

/** Folders within a folder that hold images. */
export async function foldersOfImages(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await foldersIn(folder)) {
    const { images } = await imagesBelow(join(folder, name));
    if (images.length > 0) found.push(name);
  }
  return found;
}

/** Tells of folders whose images are not read. */
export function deeperNote(folders: readonly string[]): readonly string[] {
  return noteOf(
    folders,
    "folder holds images that are not read; open it on its own",
    "folders hold images that are not read; open each on its own",
  );
}
