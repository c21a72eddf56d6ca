import { dirname, join } from "node:path";
import { isThere } from "../../files/is_there.ts";
import { namesByLine } from "../labels/class_names.ts";
import { foldersIn, imagesBelow, imagesIn, namesIn } from "../labels/image_names.ts";
import { labelReader } from "../labels/label_reader.ts";
import { noteOf } from "../labels/notes.ts";
import { SPLIT_NAMES } from "../labels/split_folders.ts";
import { labelledBeside } from "./labelled_beside.ts";
import { type YoloSet, yoloSettings } from "./settings.ts";

const YAML_NAMES = ["data.yaml", "data.yml", "dataset.yaml", "dataset.yml"];

/**
 * Finds what a YOLO data set has: by its data.yaml (`names`, `train`, `val`, `test`, `path`), else
 * `images/` and `labels/` beside each other, or x.txt beside x.png (as labelImg and CVAT write
 * them), with classes.txt or obj.names, divided into folders or not.
 *
 * @param path The folder, or the data.yaml itself.
 * @throws {SyntaxError} If data.yaml cannot be read: names file and key.
 * @throws {RangeError} If it is no YOLO data set.
 */
export async function yoloSet(path: string): Promise<YoloSet> {
  const isFile = /\.ya?ml$/i.test(path);
  const folder = isFile ? dirname(path) : path;
  const inside = isFile ? [] : await namesIn(folder);
  const yaml = isFile ? path : await settingsIn(folder, inside);
  if (yaml !== undefined) return await yoloSettings(yaml, folder);
  if (!inside.includes("images") || !inside.includes("labels")) {
    const splits = await labelledBeside(folder, inside);
    if (splits.size === 0) {
      throw new RangeError(
        `${folder} has no data.yaml, no images/ and labels/, and no x.txt beside x.png: it is ` +
          "no YOLO data",
      );
    }
    return { folder, names: await readClasses(folder, inside), splits, notes: [] };
  }
  const names = await readClasses(folder, inside);
  const images = join(folder, "images");
  const folders = await foldersIn(images);
  const divided = folders.filter((name) => SPLIT_NAMES.includes(name.toLowerCase()));
  const splits = divided.length === 0
    ? new Map([["", [images]]])
    : new Map(divided.map((name) => [name, [join(images, name)]]));
  const loose = [...(await imagesIn(images)).images];
  for (const name of folders) {
    if (divided.includes(name)) continue;
    const below = await imagesBelow(join(images, name));
    loose.push(...below.images.map((image) => `${name}/${image}`));
  }
  const notes = divided.length === 0 ? [] : noteOf(
    loose,
    "image of images/ lies in none of its splits and is not read",
    "images of images/ lie in none of its splits and are not read",
  );
  return { folder, names, splits, notes };
}

/** Whether a folder shows that it is a YOLO data set. */
export async function isYolo(folder: string): Promise<boolean> {
  const inside = await namesIn(folder);
  const isDivided = inside.includes("images") && inside.includes("labels") &&
    !(await namesIn(join(folder, "labels"))).some((name) => /\.xml$/i.test(name));
  return isDivided || await settingsIn(folder, inside) !== undefined ||
    (await labelledBeside(folder, inside)).size > 0;
}

/** The data.yaml of a folder, or its only file of that form: Ultralytics names it after the data. */
async function settingsIn(
  folder: string,
  inside: readonly string[],
): Promise<string | undefined> {
  const named = YAML_NAMES.find((name) => inside.includes(name));
  if (named !== undefined) return join(folder, named);
  const found: string[] = [];
  for (const name of inside) {
    const path = join(folder, name);
    if (!/\.ya?ml$/i.test(name) || !await isThere(path)) continue;
    const text = await labelReader().text(path, name).catch(() => "");
    if (/^names\s*:/m.test(text) && /^(?:train|val)\s*:/m.test(text)) found.push(path);
  }
  return found.length === 1 ? found[0] : undefined;
}

async function readClasses(folder: string, inside: readonly string[]) {
  const at = ["classes.txt", "obj.names", "labels/classes.txt"].find((name) =>
    inside.includes(name.split("/")[0]!)
  );
  const path = at === undefined ? undefined : join(folder, at);
  if (path === undefined || !await isThere(path)) {
    throw new RangeError(
      `${folder} names no classes: put a data.yaml or classes.txt there, a name a line`,
    );
  }
  return namesByLine(await labelReader().text(path, at!), path);
}
