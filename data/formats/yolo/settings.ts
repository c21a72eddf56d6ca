import { basename } from "node:path";
import { parseDocument } from "npm:yaml@2.9.1";
import { quoted } from "../../short_text.ts";
import { labelReader } from "../labels/label_reader.ts";
import { noteOf } from "../labels/notes.ts";
import { placeOf } from "./place.ts";

/** A YOLO data set: its folder, its classes, and where the images of each split are. */
export interface YoloSet {
  /** The folder that all of it lies in. */
  readonly folder: string;
  /** Names of the classes, by number. */
  readonly names: readonly string[];
  /** How many numbers of a line are keypoints, behind the box. Default: none. */
  readonly keypoints?: number;
  /** Files and folders of images by split; one unnamed if the data is not divided. */
  readonly splits: ReadonlyMap<string, readonly string[]>;
  /** What people should know of how they were found. */
  readonly notes: readonly string[];
}

/** Largest data.yaml, in bytes; a thousand names have 20,000. */
const SETTINGS_LIMIT = 2 ** 20;

/** The splits of a data.yaml, by its keys. */
const SPLIT_KEYS = ["train", "val", "valid", "validation", "test"];

/**
 * Reads a data.yaml: `names`, `train`, `val`, `test` and `path`.
 *
 * @param folder Of the data.
 * @throws {SyntaxError} If it cannot be read: names file and key.
 */
export async function yoloSettings(yaml: string, folder: string): Promise<YoloSet> {
  const text = await labelReader(SETTINGS_LIMIT).text(yaml, basename(yaml));
  // All of it stays text: a class 007 is no 7.
  const document = parseDocument(text, { schema: "failsafe", logLevel: "silent" });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const reason = fault.message.split("\n", 1)[0]!;
    throw new SyntaxError(
      `${yaml}: ${reason.includes("call stack") ? "it nests too deeply" : reason}`,
    );
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
  if (Array.isArray(settings.datasets)) {
    throw new SyntaxError(
      `${yaml} lists data sets, as VLM-R1 does: name one of their files, as in json:train.json`,
    );
  }
  const names = namesOf(settings, yaml);
  const keypoints = keypointsOf(settings, yaml);
  const root = typeof settings.path === "string" && !isNothing(settings.path)
    ? settings.path
    : ".";
  const splits = new Map<string, readonly string[]>(), lost: string[] = [];
  for (const key of SPLIT_KEYS) {
    const given = settings[key];
    if (isNothing(given)) continue;
    const paths = [given].flat();
    if (!paths.every((one) => typeof one === "string")) {
      throw new SyntaxError(`${yaml}: ${key} must be a path or a list of paths`);
    }
    const found: string[] = [];
    for (const one of paths as string[]) {
      const place = await placeOf(folder, root, one);
      if (place !== undefined) found.push(place);
      else lost.push(`${key}: ${one}`);
    }
    if (
      found.length > 0 && found.length < paths.length ||
      lost.length > 0 && key === "train"
    ) {
      throw new SyntaxError(
        `${yaml}: ${
          quoted(lost.at(-1))
        } is not in the data's folder: put it there, or correct ` +
          "the path",
      );
    }
    if (found.length > 0) splits.set(key, found);
  }
  if (splits.size === 0) {
    throw new SyntaxError(
      `${yaml} leads to no images: its train and val are folders or lists of images beside it`,
    );
  }
  const notes = noteOf(
    lost,
    `path of ${basename(yaml)} is not there and is left out`,
    `paths of ${basename(yaml)} are not there and are left out`,
  );
  return { folder, names, keypoints, splits, notes };
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
      !/^\d{1,6}$/.test(key) || typeof name !== "string" || /^\s*~?\s*$/.test(name)
    ) {
      throw new SyntaxError(
        `${yaml}: names has ${quoted(key)}: ${quoted(name)}, no class's name`,
      );
    }
    if (found[Number(key)] !== undefined) {
      throw new SyntaxError(`${yaml}: names has the class ${Number(key)} twice`);
    }
    found[Number(key)] = name.trim();
  }
  const lacking = Array.from(found, (name, i) => name === undefined ? i : -1).find((i) =>
    i >= 0
  );
  if (lacking !== undefined) {
    throw new SyntaxError(`${yaml}: names has no class ${lacking}`);
  }
  const { nc } = settings;
  if (typeof nc === "string" && /^\d+$/.test(nc) && Number(nc) !== found.length) {
    throw new SyntaxError(`${yaml}: nc is ${nc}, and there are ${found.length} names`);
  }
  return found;
}

/** Whether a value of a failsafe YAML is none. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null ||
    typeof value === "string" && /^(?:|~|null)$/i.test(value.trim());
}

function keypointsOf(settings: Readonly<Record<string, unknown>>, yaml: string): number {
  const { kpt_shape: shape } = settings;
  if (isNothing(shape)) return 0;
  const [count, size, more] = Array.isArray(shape) ? shape : [];
  if (/^[1-9]\d{0,3}$/.test(String(count)) && /^[23]$/.test(String(size)) && !more) {
    return Number(count) * Number(size);
  }
  throw new SyntaxError(
    `${yaml}: kpt_shape must be the number of keypoints and 2 or 3, as in [17, 3]: it is ${
      quoted(shape)
    }`,
  );
}
