import { readdir } from "node:fs/promises";
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
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith(".")).sort();
  } catch {
    throw new Error(`${folder} cannot be read: give a folder of images and labels`);
  }
}

/** A sentence about images that are left out; none if there are none. */
export function unreadNote(unread: readonly string[]): readonly string[] {
  if (unread.length === 0) return [];
  const some = unread.slice(0, 3).map((name) => quoted(name)).join(", ");
  const more = unread.length > 3 ? ", …" : "";
  return [
    `${unread.length} files are not PNG, JPEG, WebP, GIF, TIFF or AVIF and are left out: ` +
    `${some}${more}`,
  ];
}

/** A sentence about labels that no image has; none if there are none. */
export function orphanNote(labels: readonly string[]): readonly string[] {
  if (labels.length === 0) return [];
  const some = labels.slice(0, 3).map((name) => quoted(name)).join(", ");
  return [
    `${labels.length} label files have no image: ${some}${
      labels.length > 3 ? ", …" : ""
    }`,
  ];
}
