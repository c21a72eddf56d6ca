import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { parseDocument } from "npm:yaml@2.9.1";
import { isThere } from "../files/is_there.ts";
import { quoted } from "../short_text.ts";
import { type Corners, labelColumns } from "./label_columns.ts";
import {
  imagesIn,
  isImageName,
  labelReader,
  namesIn,
  orphanNote,
  SPLIT_NAMES,
  unreadNote,
} from "./label_files.ts";
import { type DetectionOptions, detectionRows } from "./detection_rows.ts";
import type { RowSet } from "./rows.ts";

/** A YOLO data set: its folder, its classes, and where the images of each split are. */
export interface YoloSet {
  /** The folder that all of it lies in. */
  readonly folder: string;
  /** Names of the classes, by number. */
  readonly names: readonly string[];
  /** How many numbers of each line are key points, behind the box. Default: none. */
  readonly keypoints?: number;
  /** Files and folders of images by split; one unnamed if the data is not divided. */
  readonly splits: ReadonlyMap<string, readonly string[]>;
}

const YAML_NAMES = ["data.yaml", "data.yml", "dataset.yaml", "dataset.yml"];

/** The splits of a data.yaml, by its keys. */
const SPLIT_KEYS = ["train", "val", "valid", "validation", "test"];

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
  if (yaml !== undefined) return await bySettings(yaml, folder);
  if (!inside.includes("images") || !inside.includes("labels")) {
    const beside = await labelledBeside(folder, inside);
    if (beside.size === 0) {
      throw new RangeError(
        `${folder} has no data.yaml, no images/ and labels/, and no x.txt beside x.png: it is ` +
          "no YOLO data",
      );
    }
    return { folder, names: await readClasses(folder, inside), splits: beside };
  }
  const names = await readClasses(folder, inside);
  const images = join(folder, "images");
  const divided = (await namesIn(images)).filter((name) =>
    SPLIT_NAMES.includes(name.toLowerCase())
  );
  const splits = divided.length === 0
    ? new Map([["", [images]]])
    : new Map(divided.map((name) => [name, [join(images, name)]]));
  return { folder, names, splits };
}

/** Whether a folder shows that it is a YOLO data set. */
export async function isYolo(folder: string): Promise<boolean> {
  const inside = await namesIn(folder);
  const isDivided = inside.includes("images") && inside.includes("labels") &&
    !(await namesIn(join(folder, "labels"))).some((name) => name.endsWith(".xml"));
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

/** Splits whose labels are x.txt beside x.png: the folder itself, or folders named after splits. */
async function labelledBeside(
  folder: string,
  inside: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (await hasLabelsBeside(folder)) return new Map([["", [folder]]]);
  const splits = new Map<string, readonly string[]>();
  for (const name of inside) {
    const split = /^obj_(\w+)_data$/.exec(name)?.[1] ?? name; // CVAT's
    const path = join(folder, name);
    if (!SPLIT_NAMES.includes(split.toLowerCase()) || !await isThere(path, "folder")) {
      continue;
    }
    if (await hasLabelsBeside(path)) splits.set(split, [path]);
  }
  return splits;
}

async function hasLabelsBeside(folder: string): Promise<boolean> {
  const names = await namesIn(folder);
  const label = (await imagesIn(folder)).images.map(labelPath).find((name) =>
    names.includes(name)
  );
  if (label === undefined) return false;
  const text = await labelReader().text(join(folder, label), label).catch(() => "");
  try {
    const [line = ""] = text.trim().split(/\r\n|\n|\r/);
    return readYoloLine(line, label).number >= 0;
  } catch {
    return false;
  }
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
  const text = await labelReader().text(path, at!);
  const names = text.split(/\r?\n/).map((line) => line.trim());
  while (names.at(-1) === "") names.pop();
  return names;
}

async function bySettings(yaml: string, folder: string): Promise<YoloSet> {
  const text = await labelReader().text(yaml, basename(yaml));
  const document = parseDocument(text, { logLevel: "silent" });
  const [fault] = document.errors;
  if (fault !== undefined) {
    throw new SyntaxError(`${yaml}: ${fault.message.split("\n", 1)[0]}`);
  }
  let json: unknown;
  try {
    json = document.toJS({ maxAliasCount: 20 });
  } catch {
    throw new SyntaxError(`${yaml} has too many aliases: write it without them`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new SyntaxError(`${yaml} must have names, train and val`);
  }
  const settings = json as Readonly<Record<string, unknown>>;
  const names = namesOf(settings, yaml);
  const root = typeof settings.path === "string" ? settings.path : ".";
  const splits = new Map<string, readonly string[]>();
  for (const key of SPLIT_KEYS) {
    const given = settings[key];
    if (given === undefined || given === null || given === "") continue;
    const paths = [given].flat();
    if (!paths.every((one) => typeof one === "string")) {
      throw new SyntaxError(`${yaml}: ${key} must be a path or a list of paths`);
    }
    const found: string[] = [];
    for (const one of paths as string[]) {
      const place = await placeOf(folder, root, one);
      if (place !== undefined) found.push(place);
    }
    if (found.length > 0) splits.set(key, found);
  }
  if (splits.size === 0) {
    throw new SyntaxError(
      `${yaml} leads to no images: its train and val are folders or lists of images beside it`,
    );
  }
  return { folder, names, splits, ...keypointsOf(settings, yaml) };
}

/** Pose data: `kpt_shape` is the number of points and the numbers of each. */
function keypointsOf(
  { kpt_shape: shape }: Readonly<Record<string, unknown>>,
  yaml: string,
): Pick<YoloSet, "keypoints"> {
  if (shape === undefined || shape === null) return {};
  const isShape = Array.isArray(shape) && shape.length === 2 &&
    shape.every((side) => Number.isSafeInteger(side) && side > 0);
  if (isShape) return { keypoints: shape[0] * shape[1] };
  throw new SyntaxError(
    `${yaml}: kpt_shape must be two numbers, as in [17, 3]: it is ${quoted(shape)}`,
  );
}

function namesOf(settings: Readonly<Record<string, unknown>>, yaml: string): string[] {
  const { names } = settings;
  const isList = Array.isArray(names);
  if (!isList && (typeof names !== "object" || names === null)) {
    throw new SyntaxError(
      `${yaml}: names must be a list or a map of names: it is ${quoted(names)}`,
    );
  }
  const entries = Object.entries(names as Record<string, unknown>);
  const found: string[] = [];
  for (const [key, name] of entries) {
    if (
      !/^\d{1,6}$/.test(key) || (typeof name !== "string" && typeof name !== "number")
    ) {
      throw new SyntaxError(
        `${yaml}: names has ${quoted(key)}: ${quoted(name)}, no class's name`,
      );
    }
    found[Number(key)] = String(name).trim();
  }
  const lacking = Array.from(found, (name, i) => name === undefined ? i : -1).find((i) =>
    i >= 0
  );
  if (lacking !== undefined) {
    throw new SyntaxError(`${yaml}: names has no class ${lacking}`);
  }
  const { nc } = settings;
  if (typeof nc === "number" && nc !== found.length) {
    throw new SyntaxError(`${yaml}: nc is ${nc}, and there are ${found.length} names`);
  }
  return found;
}

/** Where a path of data.yaml is; exports write "../train/images" for a folder beside the file. */
async function placeOf(
  folder: string,
  root: string,
  path: string,
): Promise<string | undefined> {
  const written = path.replaceAll("\\", "/");
  const inner = written.replace(/^(?:\.\.\/)+/, "");
  const tries = [
    resolve(folder, root, written),
    resolve(folder, written),
    resolve(folder, inner),
  ];
  for (const one of tries) {
    const way = relative(resolve(folder), one);
    if (way.startsWith("..") || resolve(way) === way) continue; // leads out of the data
    if (await isThere(one)) return one;
  }
  return undefined;
}

/**
 * Opens one split of a YOLO data set as detection questions. A line of a label file is a class and
 * centre, width and height of a box as shares of the image's sides, or the points of an outline,
 * whose box is taken. An image without a label file, or with an empty one, has no boxes.
 *
 * @throws {SyntaxError} If a line is neither, its class has no name, or it reaches out of the image:
 * names file and line.
 */
export async function openYolo(
  path: string,
  split: string | undefined,
  options: DetectionOptions,
): Promise<RowSet> {
  const set = await yoloSet(path);
  const { folder, names, splits, keypoints } = set;
  const chosen = splits.get(split ?? [...splits.keys()][0]!);
  if (chosen === undefined) {
    throw new RangeError(
      `${path} has no split ${quoted(split)}: it has ${[...splits.keys()]}`,
    );
  }
  const columns = labelColumns(), reader = labelReader();
  const unread: string[] = [], labels = new Set<string>();
  names.forEach((name, i) => columns.name(name, `${path}: class ${i}`));
  for (const image of await imagesOf(chosen, folder, unread)) {
    const file = relative(folder, image).split(sep).join("/");
    const label = labelPath(file);
    const place = `${basename(folder)}/${label}`;
    labels.add(label);
    columns.image({ file, name: file, place });
    const full = join(folder, label);
    if (!await isThere(full)) continue;
    const text = await reader.text(full, label);
    text.split(/\r\n|\n|\r/).forEach((line, i) => {
      if (line.trim() === "") return;
      const at = `${full}, line ${i + 1}`;
      const { number, box } = readYoloLine(line, at, keypoints);
      const name = names[number];
      if (name === undefined) {
        throw new SyntaxError(
          `${at}: the class ${number} has no name: there are ${names.length}`,
        );
      }
      columns.object(name, box, at);
    });
  }
  const orphans = await labelsWithout(folder, labels);
  const labelled = columns.labelled();
  if (labelled.images.length === 0) {
    throw new RangeError(
      `${path} has no images${split === undefined ? "" : ` in ${split}`}`,
    );
  }
  return detectionRows(labelled, {
    ...options,
    ...{ path, folder },
    name: [basename(folder), ...split ? [split] : []].join("/"),
    unit: "unit",
    manifest: { kind: "yolo", ...split ? { split } : {}, ...reader.manifest() },
    notes: [...unreadNote(unread), ...orphanNote(orphans)],
  });
}

/** Label files beside those of the images that belong to no image. */
async function labelsWithout(
  folder: string,
  labels: ReadonlySet<string>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const place of new Set([...labels].map(dirname))) {
    if (!await isThere(join(folder, place), "folder")) continue;
    for (const name of await namesIn(join(folder, place))) {
      const label = place === "." ? name : `${place}/${name}`;
      if (name.endsWith(".txt") && name !== "classes.txt" && !labels.has(label)) {
        found.push(label);
      }
    }
  }
  return found;
}

/** Images of folders and of lists of paths. */
async function imagesOf(
  places: readonly string[],
  folder: string,
  unread: string[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const place of places) {
    if (await isThere(place, "folder")) {
      const names = await imagesIn(place);
      found.push(...names.images.map((name) => join(place, name)));
      unread.push(...names.unread);
      continue;
    }
    if (isImageName(place)) {
      found.push(place);
      continue;
    }
    const text = await labelReader().text(place, basename(place));
    for (const [i, line] of text.split(/\r?\n/).entries()) {
      if (line.trim() === "") continue;
      const path = await placeOf(folder, ".", line.trim().replace(/^\.\//, "")) ??
        await placeOf(dirname(place), ".", line.trim());
      if (path === undefined) {
        throw new SyntaxError(
          `${place}, line ${i + 1}: there is no image ${quoted(line.trim())}`,
        );
      }
      found.push(path);
    }
  }
  return found;
}

/** Where the labels of an image are: in labels/ for images/, else beside it. */
function labelPath(image: string): string {
  const parts = image.split("/");
  const at = parts.lastIndexOf("images");
  if (at >= 0) parts[at] = "labels";
  const file = parts.at(-1)!;
  parts[parts.length - 1] = `${file.slice(0, file.length - extname(file).length)}.txt`;
  return parts.join("/");
}

/** How far a rounded box may reach out of its image, as a share of a side. */
const SLACK = 1e-3;

/**
 * Reads a line of YOLO's labels: the class and its box, x1, y1, x2, y2 as shares of the sides.
 *
 * @param place For errors.
 * @param keypoints How many numbers behind the box are key points, which are not read.
 * @throws {SyntaxError} If it is no such line.
 *
 * @example
 * ```ts
 * import { readYoloLine } from "./yolo.ts";
 *
 * readYoloLine("0 0.5 0.5 0.25 0.5", "1.txt, line 1").box; // { x1: .375, y1: .25, x2: .625, y2: .75 }
 * ```
 */
export function readYoloLine(
  line: string,
  place: string,
  keypoints?: number,
): { readonly number: number; readonly box: Corners } {
  const [first = "", ...rest] = line.trim().split(/[\s,]+/);
  const isNumber = (word: string) => /^-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?$/.test(word);
  if (!/^\d{1,6}(?:\.0+)?$/.test(first) || !rest.every(isNumber)) {
    throw new SyntaxError(
      `${place} must be a class and numbers, as in 0 0.5 0.5 0.2 0.3: it is ${
        quoted(line.trim())
      }`,
    );
  }
  if (keypoints !== undefined && rest.length !== 4 && rest.length !== 4 + keypoints) {
    throw new SyntaxError(
      `${place} has ${rest.length} numbers behind the class: a box and the points of kpt_shape ` +
        `are ${4 + keypoints}`,
    );
  }
  const numbers = rest.slice(0, keypoints === undefined ? rest.length : 4).map(Number);
  const number = Number(first);
  const box = numbers.length === 4
    ? aroundCentre(numbers as [number, number, number, number])
    : numbers.length >= 6 && numbers.length % 2 === 0
    ? aroundPoints(numbers)
    : undefined;
  if (box === undefined) {
    throw new SyntaxError(
      `${place} has ${numbers.length} numbers behind the class: 4 are a box, 6 or more an outline`,
    );
  }
  if (Math.min(box.x1, box.y1) < -SLACK || Math.max(box.x2, box.y2) > 1 + SLACK) {
    throw new SyntaxError(
      `${place} reaches out of the image: numbers are shares of its sides, from 0 to 1`,
    );
  }
  return { number, box };
}

function aroundCentre([x, y, w, h]: [number, number, number, number]): Corners {
  return { x1: x - w / 2, y1: y - h / 2, x2: x + w / 2, y2: y + h / 2 };
}

function aroundPoints(numbers: readonly number[]): Corners {
  const xs = numbers.filter((_, i) => i % 2 === 0),
    ys = numbers.filter((_, i) => i % 2 === 1);
  return {
    ...{ x1: Math.min(...xs), y1: Math.min(...ys) },
    ...{ x2: Math.max(...xs), y2: Math.max(...ys) },
  };
}
