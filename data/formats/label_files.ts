import { createHash, type Hash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isThere } from "../files/is_there.ts";
import { readRegularFile } from "../files/regular_file.ts";
import { quoted } from "../short_text.ts";
import { foreignNote } from "./foreign.ts";

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

/** What is wrong if no label file has an image: another tool's file, or other names. */
export async function noImageOf(
  labels: readonly string[],
  folder: string,
): Promise<SyntaxError> {
  const [first] = labels;
  const path = join(folder, first!);
  const text = await labelReader().text(path, first!).catch(() => "");
  return new SyntaxError(
    `${path}: ${
      foreignNote(text) ??
        `there is no image of this name, nor one for any of the ${labels.length} label files: ` +
          "name each as its image"
    }`,
  );
}

/** Names of folders that a data set's splits go by. */
export const SPLIT_NAMES: readonly string[] = [
  ...["train", "training", "val", "valid", "validation", "test", "testing"],
];

/** The splits of a folder: those of its folders that are named so, and that a test accepts. */
export async function splitFolders(
  folder: string,
  accepts: (folder: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const splits: string[] = [];
  for (const name of await namesIn(folder)) {
    if (!SPLIT_NAMES.includes(name.toLowerCase())) continue;
    const path = join(folder, name);
    if (await isThere(path, "folder") && await accepts(path)) splits.push(name);
  }
  return splits;
}

/** Reads files of labels and keeps the sum of all of them. */
export interface LabelReader {
  /** The text of a file. @throws {SyntaxError} If it is not UTF-8. */
  text(path: string, name: string): Promise<string>;
  /** What reproduces the labels: number of files and the hash of all. */
  manifest(): { readonly files: number; readonly labelsSha256: string };
}

/** Largest file of labels of one image, in bytes. */
const LABEL_LIMIT = 2 ** 24;

/** Makes a reader of label files. */
export function labelReader(limit = LABEL_LIMIT): LabelReader {
  const hash: Hash = createHash("sha256");
  let files = 0;
  return {
    async text(path, name) {
      const bytes = await readRegularFile(path, limit).catch((error) => {
        const reason = error instanceof RangeError ? ` (${error.message})` : "";
        throw new Error(`${path} cannot be read${reason}`);
      });
      files++;
      hash.update(`${name}\t${bytes.length}\n`).update(bytes);
      try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch {
        throw new SyntaxError(`${path} is not UTF-8; save the file as UTF-8`);
      }
    },
    manifest: () => ({ files, labelsSha256: hash.copy().digest("hex") }),
  };
}
