import { didYouMean } from "../../nearest_name.ts";
import { quoted } from "../../short_text.ts";
import { foreignNote } from "../foreign.ts";

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

/** Columns of boxes in other forms: x, bbox_width, x_center, polygon. */
const BOX_PART =
  /^(?:bbox|bound|box|roi|coord|region|polygon|points|segmentation|mask|rle)|^(?:[a-z]+[_ ])?(?:[xywh]|c[xy]|[xy]c)[_ ]?\d?$|^[xy][_ ]?(?:cent(?:er|re)|mid|tl|br)|^(?:width|height)[_ ]?norm/;

/** What a column of a CSV file holds. */
export type Column = keyof typeof HEADERS;

/** Places of the columns in lines that have no header. */
export const BARE: readonly Column[] = ["image", "x1", "y1", "x2", "y2", "category"];
/** A number as files write it. */
export const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** path, four numbers (or four empty cells) and a class. */
export function isBareLine(cells: readonly string[]): boolean {
  const numbers = cells.slice(1, 5);
  return numbers.every((cell) => NUMBER.test(cell)) ||
    cells.slice(1).every((cell) => cell === "");
}

/**
 * Finds the columns by their headers.
 *
 * @throws {SyntaxError} If one is lacking, or two hold the same.
 */
export function columnsOf(
  head: readonly string[],
  path: string,
): ReadonlyMap<Column, number> {
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
  if (lacking.length > 0 && head.some((cell) => NUMBER.test(cell))) {
    throw new SyntaxError(
      `${path}: its first line has numbers and names no columns: write a line above it that does, ` +
        "with image, class and for boxes xmin, ymin, xmax, ymax, and nothing for columns that " +
        "are not to be read",
    );
  }
  if (lacking.length > 0 || corners.length % 4 !== 0) {
    const wanted =
      "there must be an image, a class, and for boxes xmin, ymin, xmax, ymax";
    const remedy = columns.has("image")
      ? wanted
      : `${wanted}; ${didYouMean(head[0] ?? "", HEADERS.image, "names of the first")}`;
    throw new SyntaxError(
      `${path}: its columns are ${named(head)}: ${foreignNote(head.join()) ?? remedy}`,
    );
  }
  const boxes = head.filter((name) => BOX_PART.test(name.toLowerCase().trim()));
  if (corners.length === 0 && boxes.length > 0) {
    throw new SyntaxError(
      `${path}: ${
        named(boxes)
      } are parts of boxes or shapes that are not read: write xmin, ` +
        "ymin, xmax and ymax in pixels, or leave these columns out if the class is of the " +
        "whole image",
    );
  }
  return columns;
}

function named(columns: readonly string[]): string {
  return columns.map((name) => quoted(name, 30)).join(", ");
}

/** Headers of columns that are not read. */
export function unreadColumns(
  head: readonly string[],
  columns: ReadonlyMap<Column, number>,
): readonly string[] {
  const read = new Set(columns.values());
  return head.filter((name, i) => name !== "" && !read.has(i));
}
