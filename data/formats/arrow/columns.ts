import { type TableColumns, tableColumns } from "../table_columns.ts";
import {
  BINARY,
  type Field,
  LARGE_BINARY,
  LARGE_LIST,
  LARGE_UTF8,
  LIST,
  STRUCT,
  UTF8,
} from "./messages.ts";

/**
 * The columns of a stream that are read: texts, numbers or lists of them, and images.
 *
 * @throws {SyntaxError} If one is missing, or of another type.
 */
export function columnsOf(path: string, fields: readonly Field[]): TableColumns {
  const columns = tableColumns(path, fields.map(({ name }) => name));
  const field = (wanted: string) => fields.find(({ name }) => name === wanted)!;
  const { image, problem, solution } = columns;
  if (!isText(field(problem))) {
    throw new SyntaxError(`${path}: the column ${problem} is not text`);
  }
  if (!isValue(field(solution))) {
    throw new SyntaxError(
      `${path}: the column ${solution} is not text, numbers or lists of them`,
    );
  }
  const shown = field(image);
  if (!isImage(isList(shown) ? shown.children[0] : shown)) {
    throw new SyntaxError(
      `${path}: the column ${image} is not of images: bytes, a path, a struct of bytes and path, ` +
        "and lists of these are read",
    );
  }
  return columns;
}

/** Whether a column is of lists that are read. */
export function isList({ type }: Field): boolean {
  return type === LIST || type === LARGE_LIST;
}

/** Whether a column is of texts. */
export function isText({ type }: Field): boolean {
  return type === UTF8 || type === LARGE_UTF8;
}

/** Whether a column is of byte arrays that are no texts. */
export function isBinary({ type }: Field): boolean {
  return type === BINARY || type === LARGE_BINARY;
}

/** Whether a column's offsets have eight bytes. */
export function isLarge({ type }: Field): boolean {
  return type === LARGE_UTF8 || type === LARGE_BINARY || type === LARGE_LIST;
}

function isValue(field: Field | undefined): boolean {
  if (field === undefined) return false;
  if (isList(field)) return isValue(field.children[0]);
  return isText(field) || [32, 64].includes(field.number?.bits ?? 0);
}

function isImage(field: Field | undefined): boolean {
  if (field?.type !== STRUCT) {
    return field !== undefined && (isText(field) || isBinary(field));
  }
  return field.children.some((child) =>
    child.name === "bytes" && isBinary(child) || child.name === "path" && isText(child)
  );
}
