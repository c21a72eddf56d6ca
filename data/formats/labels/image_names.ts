import { readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { isThere } from "../../files/is_there.ts";
import { quoted } from "../../short_text.ts";

/** Extensions of images that are read, and of some that are not. */
const READ = /\.(png|jpe?g|jfif|webp|gif|tiff?|avif)$/i;
const OTHER = /\.(bmp|heic|heif|svg|psd|raw|cr2|nef|dng|ico|pdf|jp2|jxl|mp4|avi|mov)$/i;

/** Whether a file's name is that of an image which is read. */
export function isImageName(name: string): boolean {
  return READ.test(name);
}

/** The images of a folder by their names, and those that cannot be read. */
export interface ImageNames {
  /** In the order of their names. */
  readonly images: readonly string[];
  /** Images of other formats, and videos. */
  readonly unread: readonly string[];
}

/**
 * The images that lie in a folder, by name.
 *
 * @throws {Error} If it cannot be read.
 */
export async function imagesIn(folder: string): Promise<ImageNames> {
  const names = await namesIn(folder);
  return {
    images: names.filter((name) => READ.test(name)),
    unread: names.filter((name) => OTHER.test(name)),
  };
}

/** Files and folders of a folder by name, in order; hidden ones are left out. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await entriesOf(folder)).map(({ name }) => name).sort();
}

/** How deep folders are searched, and how many of them, at most: links may lead in circles. */
const DEEPEST = 12, MOST_FOLDERS = 10_000;

/**
 * The images of a folder and of the folders in it, as paths relative to it.
 *
 * @throws {Error} If a folder cannot be read.
 * @throws {RangeError} If folders lie too deep or are too many, as if a link leads back to one above
 * it.
 */
export async function imagesBelow(folder: string): Promise<ImageNames> {
  const images: string[] = [], unread: string[] = [];
  let folders = 0;
  const search = async (below: string, depth: number): Promise<void> => {
    const here = join(folder, below);
    if (depth > DEEPEST || ++folders > MOST_FOLDERS) {
      throw new RangeError(
        depth > DEEPEST
          ? `${here} lies more than ${DEEPEST} folders deep: does a link lead in a circle?`
          : `${folder} has more than ${MOST_FOLDERS} folders below it: does a link lead out of ` +
            "the data, or in a circle?",
      );
    }
    const found = await imagesIn(here);
    images.push(...found.images.map((name) => below + name));
    unread.push(...found.unread.map((name) => below + name));
    for (const name of await foldersIn(here)) await search(`${below}${name}/`, depth + 1);
  };
  await search("", 0);
  return { images, unread };
}

/**
 * The folders in a folder by name, in order, links to folders too; hidden ones are left out.
 *
 * @throws {Error} If it cannot be read.
 */
export async function foldersIn(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await entriesOf(folder)) {
    const isFolder = entry.isDirectory() ||
      entry.isSymbolicLink() && await isThere(join(folder, entry.name), "folder");
    if (isFolder) found.push(entry.name);
  }
  return found.sort();
}

async function entriesOf(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter(({ name }) => !name.startsWith("."));
  } catch {
    throw new Error(`${folder} cannot be read: give a folder of images and labels`);
  }
}

/**
 * Finds the label file of each image: that of the same name but for its extension, in any case.
 *
 * @param names Files beside each other.
 * @param extension In small letters, as in ".xml".
 * @throws {RangeError} If two images have one label file, or two files are labels of one image.
 */
export function labelsOfImages(
  images: readonly string[],
  names: readonly string[],
  extension: string,
  folder: string,
): {
  readonly labelOf: ReadonlyMap<string, string>;
  readonly orphans: readonly string[];
} {
  const byStem = new Map<string, string>();
  for (const name of names) {
    if (!name.toLowerCase().endsWith(extension)) continue;
    const before = byStem.get(stemOf(name));
    if (before !== undefined) throw twice(folder, before, name, "belong to one image");
    byStem.set(stemOf(name), name);
  }
  const labelOf = new Map<string, string>(), owner = new Map<string, string>();
  for (const image of images) {
    const label = byStem.get(stemOf(image));
    if (label === undefined) continue;
    const before = owner.get(label);
    if (before !== undefined) {
      throw twice(folder, before, image, `share ${quoted(label)}`);
    }
    owner.set(label, image);
    labelOf.set(image, label);
  }
  return { labelOf, orphans: [...byStem.values()].filter((name) => !owner.has(name)) };
}

/** A file's name without its extension. */
export function stemOf(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}

function twice(folder: string, a: string, b: string, fault: string): RangeError {
  return new RangeError(
    `${folder}: ${quoted(a)} and ${quoted(b)} ${fault}: rename or remove one of them`,
  );
}
