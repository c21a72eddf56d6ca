import { open, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { isDirectory } from "../files/is_directory.ts";
import { isThere } from "../files/is_there.ts";
import { regularFile } from "../files/regular_file.ts";
import { hasCsv } from "./csv.ts";
import { FILE_KINDS, type FileKind } from "./file_spec.ts";
import { foreignNote } from "./foreign.ts";
import { isHfImageFolder } from "./hf_image_folder.ts";
import { insteadOfList, kindOfJson } from "./json_head.ts";
import { imagesIn, namesIn } from "./labels/image_names.ts";
import { hasRoboflow } from "./labels/roboflow.ts";
import { SPLIT_NAMES } from "./labels/split_folders.ts";
import { parquetFiles } from "./shards.ts";
import { isLabelme } from "./labelme.ts";
import { isVoc } from "./voc.ts";
import { isYolo } from "./yolo/yolo_set.ts";

/**
 * Guesses the kind of the data at a path by what tells: the name of a file and its first characters,
 * or what lies in a folder.
 *
 * @throws {RangeError} If it cannot be told, or two kinds fit: says what to write.
 * @throws {Error} If there is nothing at the path.
 */
export async function guessKind(path: string): Promise<FileKind> {
  const kinds = await isDirectory(path)
    ? await kindsOfFolder(path)
    : await kindsOfFile(path);
  const [kind, another] = kinds;
  if (kind !== undefined && another === undefined) return kind;
  const foreign = kind === undefined ? await foreignIn(path) : undefined;
  if (foreign !== undefined) throw new RangeError(`data ${foreign}`);
  const reason = kind === undefined
    ? "cannot tell what kind of data this is"
    : `it could be ${kinds.join(" or ")}`;
  throw new RangeError(
    `data ${path}: ${reason}; write KIND:${path} with KIND one of ${
      FILE_KINDS.join(", ")
    }`,
  );
}

/**
 * A sentence about data whose kind cannot be told: it is another tool's, or lies in a file of the
 * folder, which has to be named.
 */
async function foreignIn(path: string): Promise<string | undefined> {
  if (!await isDirectory(path)) {
    const note = foreignNote(await headOf(path));
    return note && `${path}: ${note}`;
  }
  for (const below of ["", "annotations"]) {
    const folder = join(path, below);
    if (!await isThere(folder, "folder")) continue;
    for (const name of await namesIn(folder)) {
      const file = join(folder, name);
      if (!/\.(?:jsonl?|csv|tsv|xml)$/i.test(name) || !await isThere(file)) continue;
      const note = foreignNote(await headOf(file));
      if (note !== undefined) return `${file}: ${note}`;
      const [kind] = await kindsOfFile(file);
      if (kind === undefined) continue;
      return `${path} is not read as a folder: name the file, as in ${kind}:${file}`;
    }
  }
  return undefined;
}

async function kindsOfFile(path: string): Promise<readonly FileKind[]> {
  const name = basename(path).toLowerCase();
  if (name.endsWith(".jsonl")) return ["jsonl"];
  if (name.endsWith(".parquet")) return ["parquet"];
  if (/\.(csv|tsv)$/.test(name)) return ["csv"];
  if (/\.ya?ml$/.test(name)) return ["yolo"];
  if (!name.endsWith(".json")) return [];
  const head = await headOf(path);
  const instead = insteadOfList(head);
  if (instead !== undefined) throw new RangeError(`data ${path}: ${instead}`);
  switch (kindOfJson(head)) {
    case "lisa":
      return ["lisa"];
    case "list":
      return ["json"];
    case "annotations":
      return [name.includes("lvis") ? "lvis" : "coco"];
    default:
      return [];
  }
}

/** Kinds by what tells them, the plainest first: one that is found hides those below. */
async function kindsOfFolder(path: string): Promise<readonly FileKind[]> {
  const inside = await readdir(path);
  if (inside.includes("dataset_dict.json") || inside.includes("state.json")) {
    return ["arrow"];
  }
  if ((await parquetFiles(path)).length > 0) return ["parquet"];
  const splits: string[] = [];
  for (const name of inside) {
    const isSplit = SPLIT_NAMES.includes(name.toLowerCase());
    if (isSplit && await isThere(join(path, name), "folder")) {
      splits.push(join(path, name));
    }
  }
  const found: FileKind[] = [];
  const somewhere = async (test: (folder: string) => Promise<boolean>) => {
    for (const folder of [path, ...splits]) if (await test(folder)) return true;
    return false;
  };
  if (await isYolo(path)) found.push("yolo");
  if (await somewhere(hasRoboflow)) found.push("coco");
  if (await somewhere(isVoc)) found.push("voc");
  if (await somewhere(isHfImageFolder)) found.push("imagefolder");
  if (found.length === 0 && await somewhere(isLabelme)) found.push("labelme");
  if (found.length === 0 && await somewhere(hasCsv)) found.push("csv");
  if (found.length > 0) return found;
  return await isFolderOfClasses(path, splits) ? ["folder"] : [];
}

/**
 * Folders of images, two or more, or splits of such folders; images beside labels are something else.
 */
async function isFolderOfClasses(
  path: string,
  splits: readonly string[],
): Promise<boolean> {
  for (const root of splits.length > 0 ? splits : [path]) {
    let classes = 0;
    for (const name of await namesIn(root)) {
      const folder = join(root, name);
      if (!await isThere(folder, "folder")) continue;
      const { images } = await imagesIn(folder);
      if (images.length === 0) continue;
      const isNoClass = /^(?:images|imgs|pictures|photos|JPEGImages)$/i.test(name);
      if (isNoClass || await hasLabels(folder, images)) return false;
      classes++;
    }
    if (classes > 1) return true;
  }
  return false;
}

/** Whether images have label files beside them. */
async function hasLabels(folder: string, images: readonly string[]): Promise<boolean> {
  const names = new Set(await namesIn(folder));
  return images.some((image) => {
    const stem = image.slice(0, image.lastIndexOf("."));
    return ["txt", "xml", "json"].some((end) => names.has(`${stem}.${end}`));
  });
}

async function headOf(path: string): Promise<string> {
  await regularFile(path);
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(4096), 0, 4096, 0);
    return new TextDecoder().decode(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}
