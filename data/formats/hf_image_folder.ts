import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { readRegularFile } from "../files/regular_file.ts";
import { utf8Text } from "../files/utf8_text.ts";
import { isThere } from "../files/is_there.ts";
import { parseJsonText } from "../files/read_json.ts";
import { MOST_ITEMS } from "../questions/question_limits.ts";
import { quoted } from "../short_text.ts";
import { csvRecords } from "./csv/records.ts";
import { checkGaps, readClassNames } from "./labels/class_names.ts";
import { type DetectionOptions, detectionRows } from "./labels/detection_rows.ts";
import { labelColumns } from "./labels/label_columns.ts";
import { splitFolders } from "./labels/split_folders.ts";
import { LineCollector, lineRows } from "./line_rows.ts";
import type { LineOptions } from "./lines/line.ts";
import { readLine } from "./lines/read_line.ts";
import type { RowSet } from "./rows.ts";

/** How an image folder with metadata is opened. */
export interface HfImageFolderOptions extends DetectionOptions, LineOptions {
  /** File with the names that numbers stand for, relative to the folder. Default: there is none. */
  readonly names?: string;
}

const FILES = ["metadata.jsonl", "metadata.csv"];

/** Whether a folder is one of Hugging Face's, with metadata.jsonl or metadata.csv. */
export async function isHfImageFolder(folder: string): Promise<boolean> {
  return (await metadataOf(folder)) !== undefined;
}

/** The splits of such a folder; often none. */
export async function splitsOfHfImageFolder(folder: string): Promise<readonly string[]> {
  return await isHfImageFolder(folder) ? [] : await splitFolders(folder, isHfImageFolder);
}

async function metadataOf(folder: string): Promise<string | undefined> {
  for (const name of FILES) {
    if (await isThere(join(folder, name))) return join(folder, name);
  }
  return undefined;
}

/** Largest file of metadata, in bytes. */
const FILE_LIMIT = 2 ** 27;

/**
 * Opens an image folder of Hugging Face's `datasets`: metadata.jsonl or metadata.csv, whose
 * `file_name` names an image. `objects` has `bbox` (x, y, width and height in pixels) and
 * `categories`; other rows are of the forms that a line of JSONL may have.
 *
 * @throws {SyntaxError} If a row cannot be read, or its categories are numbers without names: names
 * file and line.
 */
export async function openHfImageFolder(
  path: string,
  split: string | undefined,
  options: HfImageFolderOptions,
): Promise<RowSet> {
  const folder = split === undefined ? path : join(path, split);
  const file = await metadataOf(folder);
  if (file === undefined) throw new RangeError(`${folder} has no ${FILES.join(" or ")}`);
  const bytes = await readRegularFile(file, FILE_LIMIT);
  const text = utf8Text(bytes, file);
  const rows = file.endsWith(".csv") ? ofCsv(text, file) : ofJsonl(text, file);
  if (rows.length === 0) throw new SyntaxError(`${file} has no rows`);
  const manifest = {
    kind: "imagefolder",
    ...split === undefined ? {} : { split },
    file: {
      path: basename(file),
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    },
  };
  const name = [basename(path), ...split === undefined ? [] : [split]].join("/");
  if (rows.some(({ row }) => Object.hasOwn(row, "objects"))) {
    const given = options.names === undefined
      ? undefined
      : await readClassNames(join(path, options.names));
    if (Array.isArray(given)) checkGaps(given, `names=${options.names}`);
    const classes = given instanceof Map
      ? (number: number) => given.get(String(number))
      : (number: number) => (given as readonly string[] | undefined)?.[number];
    return detection(rows, { folder, file, name, manifest }, options, classes);
  }
  const collector = new LineCollector(file);
  rows.forEach(({ row, place }, i) => {
    const { file_name: image, ...rest } = row;
    if (
      image !== undefined &&
      (Object.hasOwn(rest, "image") || Object.hasOwn(rest, "images"))
    ) {
      throw new SyntaxError(
        `${place}: it has both file_name and image: give one of them`,
      );
    }
    const shown = `${basename(file)}, ${place.slice(file.length + 2)}`;
    collector.add(
      readLine({ image, ...rest }, place, options),
      shown,
      place,
      String(i + 1),
    );
  });
  const { lines, notes } = collector;
  return {
    ...{ name, manifest },
    ...await lineRows(file, lines, options),
    ...notes.length > 0 && { notes },
  };
}

interface MetadataRow {
  readonly row: Readonly<Record<string, unknown>>;
  readonly place: string;
}

function ofJsonl(text: string, file: string): MetadataRow[] {
  const rows: MetadataRow[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const place = `${file}, line ${i + 1}`;
    const row = parseJsonText(line, place);
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
      throw new SyntaxError(`${place}: it must be an object: it is ${quoted(row)}`);
    }
    if (rows.length === MOST_ITEMS) {
      throw new RangeError(
        `${place}: up to here are more than ${MOST_ITEMS} rows: split the folder`,
      );
    }
    rows.push({ row: row as MetadataRow["row"], place });
  }
  return rows;
}

function ofCsv(text: string, file: string): MetadataRow[] {
  const [head, ...rest] = csvRecords(text, file);
  return rest.map(({ cells, line }) => ({
    row: Object.fromEntries(head!.cells.map((name, i) => [name, cells[i]])),
    place: `${file}, line ${line}`,
  }));
}

function detection(
  rows: readonly MetadataRow[],
  where: Pick<RowSet, "name" | "manifest"> & {
    readonly folder: string;
    readonly file: string;
  },
  options: HfImageFolderOptions,
  classes: (number: number) => string | undefined,
): RowSet {
  const columns = labelColumns();
  for (const { row, place } of rows) {
    const { file_name, objects } = row;
    if (typeof file_name !== "string" || file_name === "") {
      throw new SyntaxError(
        `${place}: .file_name must name an image: it is ${quoted(file_name)}`,
      );
    }
    columns.image({ file: file_name, name: file_name, place });
    const { bbox, categories, category = categories } = (objects ?? {}) as Record<
      string,
      unknown
    >;
    if (
      !Array.isArray(bbox) || !Array.isArray(category) || bbox.length !== category.length
    ) {
      throw new SyntaxError(
        `${place}: .objects must have as many bbox as categories: it is ${
          quoted(objects)
        }`,
      );
    }
    bbox.forEach((one: unknown, i) => {
      const at = `${place}: .objects.bbox[${i}]`;
      if (
        !Array.isArray(one) || one.length !== 4 ||
        !one.every((x) => typeof x === "number")
      ) {
        throw new SyntaxError(
          `${at} must be x, y, width and height: it is ${quoted(one)}`,
        );
      }
      const [x, y, w, h] = one as [number, number, number, number];
      const name = nameOf(
        category[i],
        classes,
        `${place}: .objects.categories[${i}]`,
      );
      columns.object(name, { x1: x, y1: y, x2: x + w, y2: y + h }, at);
    });
  }
  return detectionRows(columns.labelled(), {
    ...options,
    ...where,
    path: where.file,
    unit: options.frame ?? "pixels",
  });
}

function nameOf(
  category: unknown,
  classes: (number: number) => string | undefined,
  place: string,
): string {
  if (typeof category === "string") return category;
  const name = typeof category === "number" ? classes(category) : undefined;
  if (name !== undefined) return name;
  throw new SyntaxError(
    `${place} is ${
      quoted(category)
    }, which names no class: write the names, or give them in a ` +
      "file by names=FILE, a name a line",
  );
}
