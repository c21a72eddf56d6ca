import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { pictureInFolder } from "../pictures/picture.ts";
import type { PromptSet } from "../questions/prompt.ts";
import { quoted } from "../short_text.ts";
import { readClassNames } from "./labels/class_names.ts";
import { checkClasses } from "./labels/folders_of_classes.ts";
import { foldersIn, imagesIn } from "./labels/image_names.ts";
import { deeperNote, foldersOfImages, noteOf, unreadNote } from "./labels/notes.ts";
import { SPLIT_NAMES } from "./labels/split_folders.ts";
import type { RowSet } from "./rows.ts";

/** How a folder of classes is asked about. */
export interface ImageFolderOptions {
  /** Turns tasks into prompts. */
  readonly prompts: PromptSet;
  /** One of the folder's splits. Default: its only one. */
  readonly split?: string;
  /** File with the classes' names, relative to the folder. Default: the folders' names. */
  readonly names?: string;
  /** What the images show; see `PromptTask`. */
  readonly subject?: string;
  /** What is asked about it; see `PromptTask`. */
  readonly attribute?: string;
}

/** The splits that a folder of classes is divided into: train/CLASS/x.jpg; often none. */
export async function splitsOfFolder(folder: string): Promise<readonly string[]> {
  const names = [...await foldersIn(folder)].sort(byCodePoint);
  return names.every((name) => SPLIT_NAMES.includes(name.toLowerCase())) ? names : [];
}

/**
 * Opens images that lie in a folder for each class, as classification questions: CLASS/x.jpg,
 * or SPLIT/CLASS/x.jpg. Other files are skipped. The case of extensions does not matter.
 *
 * Classes go by the names of their folders, or by those of a file: JSON as `{ "21": "fire lily" }`
 * or `["…"]`, or text with a name a line. Lists are in the order of the folders, which are
 * ordered by number if all of them are numbers, else by code point.
 *
 * @throws {RangeError} If there is no such split, no image, or not as many names as classes.
 */
export async function openImageFolder(
  folder: string,
  { prompts, split, names: namesFile, subject, attribute }: ImageFolderOptions,
): Promise<RowSet> {
  const splits = await splitsOfFolder(folder);
  if (split !== undefined && !splits.includes(split)) {
    throw new RangeError(
      `${folder} has no split ${JSON.stringify(split)}: ` +
        (splits.length === 0 ? "its folders are classes" : `it has ${splits.join(", ")}`),
    );
  }
  if (split === undefined && splits.length > 1) {
    throw new RangeError(
      `${folder} has the splits ${splits.join(", ")}: choose by split=`,
    );
  }
  const root = split ?? splits[0];
  const base = root === undefined ? folder : join(folder, root);
  // A class may have no image in one of the splits, and its index counts all the same.
  const classes = new Set<string>();
  for (const one of splits.length === 0 ? [folder] : splits.map((s) => join(folder, s))) {
    for (const name of await foldersIn(one)) classes.add(name);
  }
  const ordered = inOrder([...classes]);
  for (const one of splits.length === 0 ? [folder] : splits.map((s) => join(folder, s))) {
    await checkClasses(one, await foldersIn(one));
  }
  const named = namesFile === undefined
    ? undefined
    : await namesByFolder(join(folder, namesFile), ordered);
  const rows: { readonly file: string; readonly label: string }[] = [];
  const listing = createHash("sha256");
  const unread: string[] = [], empty: string[] = [], deeper: string[] = [];
  let bytes = 0;
  for (const name of ordered) {
    const found = await imagesIn(join(base, name)).catch(() => ({
      images: [],
      unread: [],
    }));
    unread.push(...found.unread.map((file) => `${name}/${file}`));
    if (found.images.length === 0) empty.push(name);
    const inner = await foldersOfImages(join(base, name)).catch(() => []);
    deeper.push(...inner.map((one) => `${name}/${one}`));
    for (const file of [...found.images].sort(byCodePoint)) {
      const path = root === undefined ? `${name}/${file}` : `${root}/${name}/${file}`;
      const { size } = await stat(join(folder, path)).catch(() => ({ size: 0 }));
      listing.update(`${path}\t${size}\n`);
      bytes += size;
      rows.push({ file: path, label: named?.get(name) ?? name });
    }
  }
  if (rows.length === 0) {
    throw new RangeError(
      `${base} has no images in folders of their classes, as in cat/1.jpg: png, jpg, webp, ` +
        "gif, tiff and avif are read",
    );
  }
  const notes = [
    ...unreadNote(unread),
    ...noteOf(empty, "folder has no images", "folders have no images"),
    ...noteOf(
      (await imagesIn(base)).images,
      "image lies in no folder of a class",
      "images lie in no folder of a class",
    ),
    ...deeperNote(deeper),
  ];
  const prompt = prompts({ kind: "classification", subject, attribute });
  return {
    ...notes.length > 0 && { notes },
    name: `${basename(folder)}${root === undefined ? "" : `/${root}`}`,
    size: rows.length,
    manifest: {
      kind: "folder",
      ...root !== undefined && { split: root },
      ...{ pictures: rows.length, bytes },
      listingSha256: listing.digest("hex"),
      classes: ordered.map((name) => named?.get(name) ?? name),
    },
    picture: (index) => rows[index]!.file,
    category: (index) => rows[index]!.label,
    row(index) {
      const { file, label } = rows[index]!;
      return Promise.resolve({
        id: file,
        place: file,
        pictures: [pictureInFolder(folder, file, basename(folder))],
        prompt,
        target: { kind: "classification" as const, label },
      });
    },
  };
}

function inOrder(names: string[]): string[] {
  return names.every((name) => /^\d+$/.test(name))
    ? names.sort((a, b) => Number(a) - Number(b))
    : names.sort(byCodePoint);
}

/** As Python sorts texts; JavaScript compares UTF-16 units, which differs beyond U+FFFF. */
function byCodePoint(a: string, b: string): number {
  const x = [...a], y = [...b];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const d = x[i]!.codePointAt(0)! - y[i]!.codePointAt(0)!;
    if (d !== 0) return d;
  }
  return x.length - y.length;
}

/** Names by folder: a list is in the order of the folders. */
async function namesByFolder(
  path: string,
  classes: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const given = await readClassNames(path);
  // Their number is checked, so that an empty line shifts nothing.
  const names = Array.isArray(given) ? given.filter((name) => name !== "") : given;
  if (Array.isArray(names)) {
    if (names.length === classes.length) {
      return new Map(classes.map((name, i) => [name, names[i]!]));
    }
    throw new RangeError(
      `names=${path} has ${names.length} names for ${classes.length} folders of classes`,
    );
  }
  const named = names as ReadonlyMap<string, string>;
  const lost = classes.find((name) => !named.has(name));
  if (lost === undefined) return named;
  throw new RangeError(`names=${path} has no name for the folder ${quoted(lost)}`);
}
