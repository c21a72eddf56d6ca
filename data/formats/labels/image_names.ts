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

/** Folders within a folder that are searched, at most. */
const DEEPEST = 12;

/**
 * The images of a folder and of the folders in it, as paths relative to it.
 *
 * @throws {Error} If a folder cannot be read.
 * @throws {RangeError} If folders lie too deep, as where a link leads back to one above it.
 */
export async function imagesBelow(folder: string, depth = 0): Promise<ImageNames> {
  if (depth > DEEPEST) {
    throw new RangeError(
      `${folder} lies more than ${DEEPEST} folders deep: does a link lead in a circle?`,
    );
  }
  const { images, unread } = await imagesIn(folder);
  const found = { images: [...images], unread: [...unread] };
  for (const name of await foldersIn(folder)) {
    const inner = await imagesBelow(join(folder, name), depth + 1);
    found.images.push(...inner.images.map((image) => `${name}/${image}`));
    found.unread.push(...inner.unread.map((image) => `${name}/${image}`));
  }
  return found;
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
