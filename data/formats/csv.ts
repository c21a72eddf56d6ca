import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { isThere } from "../files/is_there.ts";
import { readRegularFile } from "../files/regular_file.ts";
import { pictureFolder } from "../pictures/picture.ts";
import { type Asking, csvClassification } from "./csv/classification.ts";
import { csvDetection } from "./csv/detection.ts";
import { readTable } from "./csv/table.ts";
import type { DetectionOptions } from "./labels/detection_rows.ts";
import { namesIn } from "./labels/image_names.ts";
import { noteOf } from "./labels/notes.ts";
import type { BoxUnit } from "./file_spec.ts";
import type { RowSet } from "./rows.ts";

/** How a CSV file is opened. */
export interface CsvOptions extends DetectionOptions, Asking {
  /** What boxes count. Default: pixels. */
  readonly frame?: BoxUnit;
}

/** Largest CSV file that is read, in bytes. */
const FILE_LIMIT = 2 ** 27;

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
  const { columns, lines, unread } = readTable(bytes, path);
  const folder = await pictureFolder(
    dirname(path),
    options.images,
    lines[0]?.cells[columns.get("image")!],
  );
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const file = { path: basename(path), bytes: bytes.length, sha256 };
  const table = { path, folder, columns, lines, unread };
  const rows = columns.has("x1")
    ? csvDetection(table, { kind: "csv", file, ...frameOf(options) }, options)
    : csvClassification(table, { kind: "csv", file }, options);
  const notes = [
    ...rows.notes ?? [],
    ...noteOf(unread, "column is not read", "columns are not read"),
  ];
  return { ...rows, ...notes.length > 0 && { notes } };
}

function frameOf({ frame }: CsvOptions) {
  return frame === undefined ? {} : { frame };
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

/** Whether a folder has a CSV file of its own. */
export async function hasCsv(folder: string): Promise<boolean> {
  return await csvIn(folder, await namesIn(folder)) !== undefined;
}
