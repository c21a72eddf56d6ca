import {
  numberOf,
  readThrift,
  structOf,
  structsOf,
  textOf,
  type ThriftStruct,
} from "./thrift.ts";

/** A leaf of the schema: what a column holds. */
export interface Leaf {
  /** Names from the outermost column on. */
  readonly path: readonly string[];
  /** Whether its values are byte arrays; others are not read. */
  readonly isBytes: boolean;
  /** Whether its byte arrays are texts in UTF-8. */
  readonly isText: boolean;
  /** If they are numbers: how they lie in the file. */
  readonly number?: NumberType;
  /** How many of the names may be null or are lists: the definition level of a value. */
  readonly maxLevel: number;
  /** Of each name that is a list, the definition level at which it has an element. */
  readonly lists: readonly number[];
}

/** How numbers lie in a file. */
export interface NumberType {
  /** Bytes of each. */
  readonly width: 4 | 8;
  /** What the bytes mean. */
  readonly kind: "float" | "signed" | "unsigned";
}

/** A column in a row group: where its pages lie in the file. */
export interface Chunk {
  /** Number of the compression, as in the format's `CompressionCodec`. */
  readonly codec: number;
  /** The chunk's first byte in the file. */
  readonly start: number;
  /** The byte after its last one. */
  readonly end: number;
  /** Number of values, nulls and empty lists included. */
  readonly values: number;
}

/** What a footer says of a row group. */
export interface Group {
  /** Number of rows. */
  readonly rows: number;
  /** By the column's path, joined with dots. */
  readonly chunks: ReadonlyMap<string, Chunk>;
}

/** What the footer of a parquet file says, as far as it is needed. */
export interface Footer {
  /** Of the outermost columns. */
  readonly names: readonly string[];
  /** By their paths, joined with dots. */
  readonly leaves: ReadonlyMap<string, Leaf>;
  /** In the order of the file. */
  readonly groups: readonly Group[];
  /** Rows of all groups together. */
  readonly rows: number;
}

/** Columns, structs included, at most. */
const MOST_COLUMNS = 1000;

const BYTE_ARRAY = 6, UTF8 = 0, REQUIRED = 0, REPEATED = 2;

/**
 * Reads the footer of a parquet file: its schema, and where its columns lie. What it declares is
 * checked against the file's size.
 *
 * @param bytes The footer, without its length and the file's last four bytes.
 * @param size Of the file's part in front of the footer, in bytes.
 * @throws {SyntaxError} If it is damaged, or declares what the file cannot hold.
 */
export function readFooter(bytes: Uint8Array, size: number): Footer {
  const { struct } = readThrift(bytes);
  const { names, leaves } = readSchema(structsOf(struct, 2));
  const groups = structsOf(struct, 4).map((group, i) => readGroup(group, i, size));
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  const declared = numberOf(struct, 3);
  if (rows !== declared) {
    throw new SyntaxError(`it declares ${declared} rows, and its groups have ${rows}`);
  }
  return { names, leaves, groups, rows };
}

function readSchema(elements: readonly ThriftStruct[]) {
  if (elements.length > MOST_COLUMNS) {
    throw new SyntaxError(
      `it has ${elements.length} columns, more than the ${MOST_COLUMNS} that are read`,
    );
  }
  const names: string[] = [], leaves = new Map<string, Leaf>();
  let at = 0;
  const walk = (
    path: readonly string[],
    maxLevel: number,
    lists: readonly number[],
  ) => {
    const element = elements[at++];
    if (element === undefined) throw new SyntaxError("its schema ends too early");
    const children = numberOf(element, 5, 0);
    const isRoot = at === 1;
    const repetition = numberOf(element, 3, REQUIRED);
    const own = isRoot ? path : [...path, textOf(element, 4)];
    const level = maxLevel + Number(!isRoot && repetition !== REQUIRED);
    const inside = !isRoot && repetition === REPEATED ? [...lists, level] : lists;
    if (own.length === 1) names.push(own[0]!);
    if (children > 0) {
      for (let i = 0; i < children; i++) walk(own, level, inside);
      return;
    }
    const number = numberType(element);
    leaves.set(own.join("."), {
      path: own,
      isBytes: numberOf(element, 1, -1) === BYTE_ARRAY,
      isText: element.get(6) === UTF8 || structOf(element, 10)?.has(1) === true,
      ...number && { number },
      maxLevel: level,
      lists: inside,
    });
  };
  walk([], 0, []);
  return { names, leaves };
}

/** Numbers as they are: no dates, and no decimals. */
function numberType(element: ThriftStruct): NumberType | undefined {
  const meaning = numberOf(element, 6, -1);
  const isInteger = meaning >= 11 && meaning <= 18; // UINT_8 to INT_64
  if (!isInteger && (meaning !== -1 || element.has(10))) return undefined;
  const kind = meaning >= 11 && meaning <= 14 ? "unsigned" : "signed";
  switch (numberOf(element, 1, -1)) {
    case 1:
      return { width: 4, kind };
    case 2:
      return { width: 8, kind };
    case 4:
      return { width: 4, kind: "float" };
    case 5:
      return { width: 8, kind: "float" };
    default:
      return undefined;
  }
}

function readGroup(group: ThriftStruct, place: number, size: number): Group {
  const rows = numberOf(group, 3);
  if (!Number.isSafeInteger(rows) || rows < 0) {
    throw new SyntaxError(`its row group ${place} declares ${rows} rows`);
  }
  const chunks = new Map<string, Chunk>();
  for (const column of structsOf(group, 1)) {
    if (column.has(1)) throw new SyntaxError("its columns lie in other files");
    const meta = structOf(column, 3);
    if (meta === undefined) throw new SyntaxError("one of its columns is not described");
    const path = meta.get(3);
    if (!Array.isArray(path)) throw new SyntaxError("one of its columns has no name");
    const name = path.map((part) => new TextDecoder().decode(part)).join(".");
    // 0 stands for none in files of some writers.
    const start = numberOf(meta, 11, 0) || numberOf(meta, 9);
    const end = start + numberOf(meta, 7);
    const isInside = Number.isSafeInteger(start) && Number.isSafeInteger(end) &&
      start >= 4 && start <= end && end <= size;
    if (!isInside) {
      throw new SyntaxError(
        `its column ${name} is declared to lie at bytes ${start} to ${end} of ${size}`,
      );
    }
    const values = numberOf(meta, 5);
    if (!Number.isSafeInteger(values) || values < 0) {
      throw new SyntaxError(`its column ${name} declares ${values} values`);
    }
    chunks.set(name, { codec: numberOf(meta, 4), start, end, values });
  }
  return { rows, chunks };
}
