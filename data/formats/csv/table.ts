import { utf8Text } from "../../files/utf8_text.ts";
import { NAME_LENGTH } from "../../questions/question_limits.ts";
import { csvRecords } from "./records.ts";
import { BARE, type Column, columnsOf, isBareLine, unreadColumns } from "./columns.ts";

/** A CSV file whose columns are known. */
export interface Table {
  readonly path: string;
  readonly folder: string;
  readonly columns: ReadonlyMap<Column, number>;
  readonly lines: readonly Line[];
  /** Headers of columns that are not read. */
  readonly unread: readonly string[];
}

/** A line of it. */
export interface Line {
  readonly cells: readonly string[];
  readonly place: string;
}

/**
 * Reads a table. Commas, semicolons and tabs divide.
 *
 * @throws {SyntaxError} If it is none: names file and line.
 * @throws {RangeError} If it has more cells than fit in memory.
 */
export function readTable(
  bytes: Uint8Array,
  path: string,
): Pick<Table, "columns" | "lines" | "unread"> {
  const text = utf8Text(bytes, path);
  const first = text.split(/\r?\n/, 1)[0]!;
  const delimiter =
    [",", ";", "\t"].map((one) => ({ one, count: first.split(one).length }))
      .reduce((a, b) => b.count > a.count ? b : a).one;
  const [head, ...rest] = csvRecords(text, path, { delimiter, trim: true })
    .map(({ cells, line }) => ({ cells, place: `${path}, line ${line}` }));
  if (head === undefined) throw new SyntaxError(`${path} has no lines`);
  const isBare = head.cells.length === 6 && isBareLine(head.cells);
  const columns = isBare
    ? new Map(BARE.map((column, i) => [column, i] as const))
    : columnsOf(head.cells, path);
  const lines = isBare ? [head, ...rest] : rest;
  if (lines.length === 0) throw new SyntaxError(`${path} has a header and no lines`);
  return { columns, lines, unread: isBare ? [] : unreadColumns(head.cells, columns) };
}

/** What a line has in a column; empty if there is no such column. */
export function cellOf(
  { columns }: Pick<Table, "columns">,
  { cells }: Line,
  column: Column,
): string {
  return cells[columns.get(column) ?? -1] ?? "";
}

/** The image of a line. @throws {SyntaxError} If it names none. */
export function imageOf(name: string, place: string): string {
  if (name !== "" && name.length <= NAME_LENGTH) return name;
  throw new SyntaxError(`${place}: it names no image`);
}
