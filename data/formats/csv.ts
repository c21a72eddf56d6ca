import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { parse } from "npm:csv-parse@7.0.3/sync";
import { isThere } from "../files/is_there.ts";
import { readRegularFile } from "../files/regular_file.ts";
import { pictureFolder, pictureInFolder } from "../pictures/picture.ts";
import { NAME_LENGTH } from "../questions/question_limits.ts";
import { didYouMean } from "../nearest_name.ts";
import { quoted } from "../short_text.ts";
import { labelColumns } from "./label_columns.ts";
import { type DetectionOptions, detectionRows } from "./detection_rows.ts";
import type { BoxUnit } from "./file_spec.ts";
import { foreignNote } from "./foreign.ts";
import type { RowSet } from "./rows.ts";

/** How a CSV file is opened. */
export interface CsvOptions extends DetectionOptions {
  /** What boxes count. Default: pixels. */
  readonly frame?: BoxUnit;
  /** What the images show; see `PromptTask`. */
  readonly subject?: string;
  /** What is asked about it; see `PromptTask`. */
  readonly attribute?: string;
}

/** Largest CSV file that is read, in bytes. */
const FILE_LIMIT = 2 ** 27;

/** Headers of each column, in small letters and without "_" and blanks; the first is ours. */
const HEADERS = {
  image: [
    "image",
    "filename",
    "file",
    "path",
    "imagepath",
    "filepath",
    "imageid",
    "imagename",
  ],
  category: ["category", "class", "label", "name", "classname", "labelname"],
  x1: ["x1", "xmin", "left"],
  y1: ["y1", "ymin", "top"],
  x2: ["x2", "xmax", "right"],
  y2: ["y2", "ymax", "bottom"],
  width: ["width", "imagewidth"],
  height: ["height", "imageheight"],
} as const;

type Column = keyof typeof HEADERS;

/**
 * Opens a CSV file: a box a line (image, category and corners; a line without corners is an image
 * without boxes), as detection questions, or, if it has no corners at all, an image and its label a
 * line, as classification. The first line names the columns; without it there are six columns,
 * path, x1, y1, x2, y2, class, as RetinaNet's files have. Commas, semicolons and tabs divide.
 *
 * @throws {SyntaxError} If the columns or a line cannot be read: names file, line and column.
 */
export async function openCsv(path: string, options: CsvOptions): Promise<RowSet> {
  const bytes = await readRegularFile(path, FILE_LIMIT).catch((error) => {
    const reason = error instanceof RangeError ? `: ${error.message}` : "";
    throw new Error(`${path} cannot be read${reason}; give the path of a CSV file`);
  });
  const { columns, lines } = readTable(bytes, path);
  const folder = await pictureFolder(
    dirname(path),
    options.images,
    lines[0]?.cells[columns.get("image")!],
  );
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const file = { path: basename(path), bytes: bytes.length, sha256 };
  const table = { path, folder, columns, lines };
  return columns.has("x1")
    ? detection(table, { kind: "csv", file, ...frameOf(options) }, options)
    : classification(table, { kind: "csv", file }, options);
}

function frameOf({ frame }: CsvOptions) {
  return frame === undefined ? {} : { frame };
}

interface Table {
  readonly path: string;
  readonly folder: string;
  readonly columns: ReadonlyMap<Column, number>;
  readonly lines: readonly Line[];
}

interface Line {
  readonly cells: readonly string[];
  readonly place: string;
}

function readTable(bytes: Uint8Array, path: string): Pick<Table, "columns" | "lines"> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new SyntaxError(`${path} is not UTF-8; save the file as UTF-8`);
  }
  const first = text.split(/\r?\n/, 1)[0]!;
  const delimiter =
    [",", ";", "\t"].map((one) => ({ one, count: first.split(one).length }))
      .reduce((a, b) => b.count > a.count ? b : a).one;
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      delimiter,
      skip_empty_lines: true,
      trim: true,
      info: true,
      max_record_size: 2 ** 20,
    }) as never;
  } catch (error) {
    throw new SyntaxError(`${path}: ${(error as Error).message.split("\n", 1)[0]}`);
  }
  const [head, ...rest] = records.map(({ record, info }) => ({
    cells: record,
    place: `${path}, line ${info.lines}`,
  }));
  if (head === undefined) throw new SyntaxError(`${path} has no lines`);
  const isBare = head.cells.length === 6 && isBareLine(head.cells);
  const columns = isBare
    ? new Map(BARE.map((column, i) => [column, i] as const))
    : columnsOf(head.cells, path);
  const lines = isBare ? [head, ...rest] : rest;
  if (lines.length === 0) throw new SyntaxError(`${path} has a header and no lines`);
  return { columns, lines };
}

/** Columns of boxes in other forms: x, bbox_width, x_center, polygon. */
const BOX_PART =
  /^(?:bbox|box|region|polygon|points|segmentation|mask|rle)|^(?:[a-z]+[_ ]?)?(?<![a-z])(?:[xywh]|c[xy]|[xy]c)[_ ]?\d?$|^(?:x|y)[_ ]?(?:cent(?:er|re)|mid|tl|br)|^(?:width|height)[_ ]?norm/;

const BARE: readonly Column[] = ["image", "x1", "y1", "x2", "y2", "category"];
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** path, four numbers (or four empty cells) and a class. */
function isBareLine(cells: readonly string[]): boolean {
  const numbers = cells.slice(1, 5);
  return numbers.every((cell) => NUMBER.test(cell)) ||
    cells.slice(1).every((cell) => cell === "");
}

function columnsOf(head: readonly string[], path: string): ReadonlyMap<Column, number> {
  const columns = new Map<Column, number>();
  head.forEach((name, i) => {
    const form = name.toLowerCase().replace(/[_\s-]/g, "");
    for (const [column, names] of Object.entries(HEADERS)) {
      if (!(names as readonly string[]).includes(form)) continue;
      const before = columns.get(column as Column);
      if (before !== undefined) {
        throw new SyntaxError(
          `${path} has two columns for ${column}: ${quoted(head[before])} and ${
            quoted(name)
          }`,
        );
      }
      columns.set(column as Column, i);
    }
  });
  const corners = (["x1", "y1", "x2", "y2"] as const).filter((one) => columns.has(one));
  const lacking = ["image", "category"].filter((one) => !columns.has(one as Column));
  const boxes = head.filter((name) => BOX_PART.test(name.toLowerCase().trim()));
  if (lacking.length > 0 || corners.length % 4 !== 0) {
    throw new SyntaxError(
      `${path}: its columns are ${head.map((name) => quoted(name, 30)).join(", ")}: ` +
        (foreignNote(head.join()) ??
          "there must be an image, a class, and for boxes xmin, ymin, xmax, ymax" +
            (columns.has("image")
              ? ""
              : `; ${didYouMean(head[0] ?? "", HEADERS.image, "names of the first")}`)),
    );
  }
  if (corners.length === 0 && boxes.length > 0) {
    throw new SyntaxError(
      `${path}: ${
        boxes.map((name) => quoted(name, 30)).join(", ")
      } are parts of boxes or shapes that are not read: write xmin, ymin, xmax and ymax in ` +
        "pixels, or leave these columns out if the class is of the whole image",
    );
  }
  return columns;
}

function detection(
  { path, folder, columns, lines }: Table,
  manifest: Readonly<Record<string, unknown>>,
  options: CsvOptions,
): RowSet {
  const collected = labelColumns();
  const cell = ({ cells }: Line, column: Column) =>
    cells[columns.get(column) ?? -1] ?? "";
  const byImage = Map.groupBy(lines, (line) => imageOf(cell(line, "image"), line.place));
  for (const [file, ofImage] of byImage) {
    const { place } = ofImage[0]!;
    collected.image({ file, name: file, place, ...sizeOf(ofImage, cell) });
    for (const line of ofImage) {
      const corners = ["x1", "y1", "x2", "y2"].map((column) =>
        cell(line, column as Column)
      );
      const name = cell(line, "category");
      if (corners.every((text) => text === "") && name === "") continue; // no boxes
      const [x1, y1, x2, y2] = corners.map((text, i) => {
        if (NUMBER.test(text)) return Number(text);
        throw new SyntaxError(
          `${line.place}: ${["x1", "y1", "x2", "y2"][i]} must be a number: it is ${
            quoted(text)
          }`,
        );
      });
      collected.object(name, { x1: x1!, y1: y1!, x2: x2!, y2: y2! }, line.place);
    }
  }
  return detectionRows(collected.labelled(), {
    ...options,
    ...{ path, folder, manifest },
    name: basename(path),
    unit: options.frame ?? "pixels",
  });
}

function imageOf(name: string, place: string): string {
  if (name !== "" && name.length <= NAME_LENGTH) return name;
  throw new SyntaxError(`${place}: it names no image`);
}

/** The size that the lines of an image state. */
function sizeOf(lines: readonly Line[], cell: (line: Line, column: Column) => string) {
  const [width, height] = (["width", "height"] as const).map((side) => {
    const text = cell(lines[0]!, side);
    const other = lines.find((line) => cell(line, side) !== text);
    if (other !== undefined) {
      throw new SyntaxError(
        `${other.place}: its ${side} is ${
          quoted(cell(other, side))
        }, and that of another line of ` +
          `the image is ${quoted(text)}`,
      );
    }
    if (text === "") return undefined;
    if (/^\d{1,7}$/.test(text) && Number(text) > 0) return Number(text);
    throw new SyntaxError(
      `${lines[0]!.place}: ${side} must be pixels: it is ${quoted(text)}`,
    );
  });
  return width === undefined || height === undefined ? {} : { width, height };
}

function classification(
  { folder, columns, lines, path }: Table,
  manifest: Readonly<Record<string, unknown>>,
  { prompts, subject, attribute }: CsvOptions,
): RowSet {
  const rows = lines.map(({ cells, place }) => {
    const label = cells[columns.get("category")!] ?? "";
    if (label === "" || label.length > NAME_LENGTH || /[{}\r\n[\]<>]/.test(label)) {
      throw new SyntaxError(
        `${place}: ${quoted(label)} is no label${
          /[{[]/.test(label)
            ? ": boxes in a cell are not read; write xmin, ymin, xmax and ymax"
            : ""
        }`,
      );
    }
    return { file: imageOf(cells[columns.get("image")!] ?? "", place), label, place };
  });
  const prompt = prompts({ kind: "classification", subject, attribute });
  return {
    name: basename(path),
    size: rows.length,
    manifest,
    picture: (index) => rows[index]!.file,
    category: (index) => rows[index]!.label,
    row(index) {
      const { file, label, place } = rows[index]!;
      return Promise.resolve({
        id: `${index}/${file}`,
        imageId: file,
        place,
        pictures: [pictureInFolder(folder, file, place)],
        prompt,
        target: { kind: "classification" as const, label },
      });
    },
  };
}

/** The CSV file of a folder's split: `_annotations.csv`, as Roboflow writes it, or the only one. */
export async function csvIn(
  folder: string,
  names: readonly string[],
): Promise<string | undefined> {
  const csvs = names.filter((name) => /\.csv$/i.test(name) && name !== "metadata.csv");
  const one = csvs.find((name) => name === "_annotations.csv") ??
    (csvs.length === 1 ? csvs[0] : undefined);
  return one !== undefined && await isThere(join(folder, one))
    ? join(folder, one)
    : undefined;
}
