import {
  byteField,
  longField,
  pairsField,
  rootTable,
  shortField,
  type Table,
  tableField,
  tablesField,
  textField,
} from "./flat_buffer.ts";

/** A column of a schema. */
export interface Field {
  /** The column's name. */
  readonly name: string;
  /** As Arrow counts its types. */
  readonly type: number;
  /** If it is a number: how it lies in a file. */
  readonly number?: NumberType;
  /** The fields of a struct, the elements of a list; none for other types. */
  readonly children: readonly Field[];
}

/** How numbers lie in a file. */
export interface NumberType {
  /** Bits of each. */
  readonly bits: number;
  /** What the bits mean. */
  readonly kind: "float" | "signed" | "unsigned";
}

/** A part of a record batch's body, in bytes from the body's start. */
export interface Region {
  /** The first byte, counted from the start of the body. */
  readonly start: number;
  /** The byte after the last one. */
  readonly end: number;
}

/** A column of a record batch: its own buffers and those of its children. */
export interface Column {
  /** The column's name and type. */
  readonly field: Field;
  /** Number of values, nulls included. */
  readonly length: number;
  /** Number of values that are null. */
  readonly nulls: number;
  /** Validity bits first; then offsets and data, if the type has them. */
  readonly buffers: readonly Region[];
  /** The columns of a struct's fields, or of a list's elements. */
  readonly children: readonly Column[];
}

/** What a message says. */
export type Message =
  & { readonly bodyBytes: number }
  & (
    | { readonly kind: "schema"; readonly fields: readonly Field[] }
    | { readonly kind: "batch"; readonly batch: Table }
    | { readonly kind: "dictionary" | "other" }
  );

/** Types that are read. */
export const BINARY = 4, UTF8 = 5, STRUCT = 13, LARGE_BINARY = 19, LARGE_UTF8 = 20;

/** Lists that are read; their offsets have four bytes, or eight. */
export const LIST = 12, LARGE_LIST = 21;

const INT = 2, FLOAT = 3, FIXED_SIZE_LIST = 16, MAP = 17;

/** Buffers of a column itself, by its type; others cannot be passed over. */
const BUFFERS: Readonly<Record<number, number>> = {
  1: 0,
  ...Object.fromEntries([2, 3, 6, 7, 8, 9, 10, 11, 15, 18].map((type) => [type, 2])),
  ...Object.fromEntries(
    [BINARY, UTF8, LARGE_BINARY, LARGE_UTF8].map((type) => [type, 3]),
  ),
  ...Object.fromEntries([LIST, MAP, LARGE_LIST].map((type) => [type, 2])),
  [STRUCT]: 1,
  [FIXED_SIZE_LIST]: 1,
};

/** Columns of a schema, and levels of columns in columns, at most. */
const MOST_FIELDS = 1000, DEPTH = 16;

/**
 * Reads the header of a message of an Arrow stream.
 *
 * @throws {RangeError} If it is damaged.
 * @throws {SyntaxError} If it has what cannot be read.
 */
export function readMessage(header: Uint8Array): Message {
  const message = rootTable(header);
  const type = byteField(message, 1), content = tableField(message, 2);
  const bodyBytes = longField(message, 3);
  if (!Number.isSafeInteger(bodyBytes) || bodyBytes < 0) {
    throw new SyntaxError(`a message declares a body of ${bodyBytes} bytes`);
  }
  if (content === undefined) throw new SyntaxError("a message has no content");
  switch (type) {
    case 1:
      return { kind: "schema", fields: readSchema(content), bodyBytes };
    case 2:
      return { kind: "dictionary", bodyBytes };
    case 3:
      return { kind: "batch", batch: content, bodyBytes };
    default:
      return { kind: "other", bodyBytes };
  }
}

function readSchema(schema: Table): Field[] {
  if (shortField(schema, 0) !== 0) {
    throw new SyntaxError("its numbers have their greatest byte first");
  }
  let count = 0;
  const read = (field: Table, depth: number): Field => {
    if (++count > MOST_FIELDS || depth > DEPTH) {
      throw new SyntaxError(
        `it has more than ${MOST_FIELDS} columns, or ${DEPTH} levels of them`,
      );
    }
    if (tableField(field, 4) !== undefined) {
      throw new SyntaxError("it has dictionaries, which save_to_disk does not write");
    }
    const type = byteField(field, 2), number = numberType(type, tableField(field, 3));
    return {
      ...{ name: textField(field, 0), type },
      ...number && { number },
      children: tablesField(field, 5).map((child) => read(child, depth + 1)),
    };
  };
  return tablesField(schema, 1).map((field) => read(field, 1));
}

function numberType(type: number, more: Table | undefined): NumberType | undefined {
  if (more === undefined) return undefined;
  if (type === INT) {
    const kind = byteField(more, 1) === 0 ? "unsigned" : "signed";
    return { bits: shortField(more, 0), kind };
  }
  return type === FLOAT ? { bits: 16 << shortField(more, 0), kind: "float" } : undefined;
}

/**
 * The columns of a record batch, each with its buffers, which are checked against the body's size.
 *
 * @throws {RangeError} If it is damaged.
 * @throws {SyntaxError} If it does not agree with the schema, or has what cannot be read.
 */
export function readBatch(
  batch: Table,
  fields: readonly Field[],
  bodyBytes: number,
): { readonly rows: number; readonly columns: readonly Column[] } {
  const rows = longField(batch, 0);
  if (!Number.isSafeInteger(rows) || rows < 0) {
    throw new SyntaxError(`a batch declares ${rows} rows`);
  }
  if (tableField(batch, 3) !== undefined) {
    throw new SyntaxError("it is compressed, as save_to_disk does not write it");
  }
  const nodes = pairsField(batch, 1), buffers = pairsField(batch, 2);
  let node = 0, buffer = 0;
  const read = (field: Field, length: number | undefined): Column => {
    const [values, nulls] = nodes[node++] ?? [-1, -1];
    const isRight = values >= 0 && nulls >= 0 && nulls <= values &&
      (length === undefined || values === length);
    if (!isRight) {
      throw new SyntaxError(
        `the column ${field.name} declares ${values} values in a batch of ${rows}`,
      );
    }
    const count = BUFFERS[field.type];
    if (count === undefined) {
      throw new SyntaxError(
        `the column ${field.name} has the type ${field.type}, which is not read`,
      );
    }
    const own = Array.from({ length: count }, (): Region => {
      const [start, bytes] = buffers[buffer++] ?? [-1, -1];
      if (start >= 0 && bytes >= 0 && start + bytes <= bodyBytes) {
        return { start, end: start + bytes };
      }
      throw new SyntaxError(
        `the column ${field.name} is declared to lie outside of its batch`,
      );
    });
    // Lists have other numbers of values than rows.
    const inner = field.type === STRUCT ? values : undefined;
    const children = field.children.map((child) => read(child, inner));
    return { field, length: values, nulls, buffers: own, children };
  };
  return { rows, columns: fields.map((field) => read(field, rows)) };
}
