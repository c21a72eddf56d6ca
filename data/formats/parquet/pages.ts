import { decompress } from "./decompress.ts";
import type { Chunk, Leaf } from "./footer.ts";
import { numberOf, readThrift, structOf } from "./thrift.ts";
import {
  type Cursor,
  readDeltaLengths,
  readDeltaStrings,
  readHybrid,
  readPlain,
  take,
  uint32,
} from "./values.ts";

/** Reads a piece of a file, all of it. */
export type Slice = (start: number, end: number) => Promise<Uint8Array>;

/** A page of a column: where it lies, and what its header says. */
export interface Page {
  /** Values that others refer to, or data in either version of the format. */
  readonly kind: "dictionary" | "data" | "data v2";
  /** In the file, behind the header. */
  readonly start: number;
  /** The byte after the page's last one. */
  readonly end: number;
  /** Bytes when unpacked, levels included. */
  readonly size: number;
  /** Number of values, nulls included. */
  readonly values: number;
  /** Number of the encoding, as in the format's `Encoding`. */
  readonly encoding: number;
  /** Of "data v2": bytes of levels in front, which are never packed. */
  readonly repetitionBytes: number;
  /** Bytes of the definition levels in a page of version 2; 0 in others. */
  readonly definitionBytes: number;
  /** Whether the values are compressed. */
  readonly isPacked: boolean;
}

/** Bytes of a page, packed or unpacked, at most. */
export const PAGE_LIMIT = 2 ** 29;

/** Bytes of a page's header, at most: statistics may have the longest value in full. */
const HEADER = 2 ** 22;

/** What is read of a header at first: nearly always enough. */
const FIRST_LOOK = 2 ** 10;

const DATA = 0, INDEX = 1, DICTIONARY = 2, DATA_V2 = 3;
const PLAIN = 0, PLAIN_DICTIONARY = 2, RLE_DICTIONARY = 8;
const DELTA_LENGTH = 6, DELTA_STRINGS = 7;

/**
 * The pages of a column in a row group, by their headers alone.
 *
 * @param rows Of the row group; a column without lists has as many values.
 * @throws {SyntaxError} If a header is damaged, or they do not agree with the footer.
 */
export async function pagesOf(
  slice: Slice,
  { start, end }: Chunk,
  rows: number,
): Promise<readonly Page[]> {
  const pages: Page[] = [];
  let values = 0;
  for (let at = start; values < rows;) {
    if (at >= end) {
      throw new SyntaxError(`a column has ${values} values where ${rows} are declared`);
    }
    const page = await pageAt(slice, at, end);
    at = page.end;
    if (page.kind === undefined) continue;
    if (page.kind === "dictionary" && page.values > rows) {
      throw new SyntaxError(
        `a dictionary declares ${page.values} values of a column of ${rows}`,
      );
    }
    if (page.kind !== "dictionary") {
      if (page.values <= 0 || page.values > rows - values) {
        throw new SyntaxError(
          `a page declares ${page.values} values of a column of ${rows}`,
        );
      }
      values += page.values;
    }
    pages.push({ ...page, kind: page.kind });
  }
  return pages;
}

async function pageAt(slice: Slice, at: number, end: number) {
  let header;
  try {
    header = readThrift(await slice(at, Math.min(at + FIRST_LOOK, end)));
  } catch (error) {
    if (!(error instanceof SyntaxError) || end - at <= FIRST_LOOK) throw error;
    header = readThrift(await slice(at, Math.min(at + HEADER, end)));
  }
  const { struct } = header;
  const type = numberOf(struct, 1), size = numberOf(struct, 2);
  const packed = numberOf(struct, 3), start = at + header.end;
  if (!(packed >= 0 && packed <= end - start)) {
    throw new SyntaxError(
      `a page declares ${packed} bytes where its column has ${end - start} left`,
    );
  }
  if (!(size >= 0 && Math.max(size, packed) <= PAGE_LIMIT)) {
    throw new SyntaxError(
      `a page declares to unpack to ${size} bytes, more than the ${PAGE_LIMIT} that are read`,
    );
  }
  const found = (kind: Page["kind"] | undefined, values = 0, encoding = 0) => ({
    ...{ kind, start, end: start + packed, size, values, encoding },
    ...{ repetitionBytes: 0, definitionBytes: 0, isPacked: true },
  });
  if (type === INDEX) return found(undefined);
  const field = type === DATA ? 5 : type === DICTIONARY ? 7 : type === DATA_V2 ? 8 : 0;
  const data = structOf(struct, field);
  if (data === undefined) throw new SyntaxError(`a page has the unknown type ${type}`);
  const values = numberOf(data, 1);
  if (type === DATA) return found("data", values, numberOf(data, 2));
  if (type === DICTIONARY) return found("dictionary", values, numberOf(data, 2));
  const definitionBytes = numberOf(data, 5), repetitionBytes = numberOf(data, 6);
  const levels = definitionBytes + repetitionBytes;
  if (
    !(definitionBytes >= 0 && repetitionBytes >= 0 && levels <= Math.min(packed, size))
  ) {
    throw new SyntaxError(`a page declares ${levels} bytes of levels`);
  }
  return {
    ...found("data v2", values, numberOf(data, 4)),
    ...{ repetitionBytes, definitionBytes, isPacked: data.get(7) !== false },
  };
}

/** The values of a column's dictionary. */
export async function readDictionary(
  slice: Slice,
  page: Page,
  { codec }: Chunk,
): Promise<readonly Uint8Array[]> {
  const bytes = decompress(await slice(page.start, page.end), codec, page.size);
  return readPlain({ bytes, at: 0 }, page.values);
}

/**
 * The values of a page, null if the file has none.
 *
 * @param value Makes a value of its bytes, once for each of the dictionary's.
 * @param dictionary Already so made. Default: the column has none.
 * @throws {SyntaxError} If the page is damaged.
 */
export async function readPage<T>(
  slice: Slice,
  page: Page,
  { codec }: Chunk,
  { maxLevel }: Leaf,
  value: (bytes: Uint8Array) => T,
  dictionary?: readonly T[],
): Promise<(T | null)[]> {
  const raw = await slice(page.start, page.end);
  const isV2 = page.kind === "data v2";
  const front = page.repetitionBytes + page.definitionBytes;
  const packed = raw.subarray(isV2 ? front : 0), size = page.size - (isV2 ? front : 0);
  const bytes = page.isPacked ? decompress(packed, codec, size) : packed;
  const cursor: Cursor = { bytes, at: 0 };
  const width = 32 - Math.clz32(maxLevel);
  let levels: Uint32Array | undefined;
  if (isV2) {
    if (maxLevel > 0) {
      const from = page.repetitionBytes;
      const part = raw.subarray(from, from + page.definitionBytes);
      levels = readHybrid({ bytes: part, at: 0 }, width, page.values);
    }
  } else if (maxLevel > 0) {
    const part = take(cursor, uint32(cursor));
    levels = readHybrid({ bytes: part, at: 0 }, width, page.values);
  }
  let present = page.values;
  if (levels !== undefined) {
    present = 0;
    for (const level of levels) if (level === maxLevel) present++;
  }
  const found = values(cursor, page, present, value, dictionary);
  if (present === page.values) return found;
  let at = 0;
  return Array.from(levels!, (level) => level === maxLevel ? found[at++]! : null);
}

function values<T>(
  cursor: Cursor,
  { encoding }: Page,
  count: number,
  value: (bytes: Uint8Array) => T,
  dictionary: readonly T[] | undefined,
): T[] {
  switch (encoding) {
    case PLAIN:
      return readPlain(cursor, count).map(value);
    case PLAIN_DICTIONARY:
    case RLE_DICTIONARY: {
      if (count === 0) return [];
      if (dictionary === undefined) throw new SyntaxError("a page lacks its dictionary");
      const [width] = take(cursor, 1);
      return Array.from(readHybrid(cursor, width!, count), (index) => {
        if (index < dictionary.length) return dictionary[index]!;
        throw new SyntaxError(
          `a value is number ${index} of a dictionary of ${dictionary.length}`,
        );
      });
    }
    case DELTA_LENGTH:
      return readDeltaLengths(cursor, count).map(value);
    case DELTA_STRINGS:
      return readDeltaStrings(cursor, count, PAGE_LIMIT).map(value);
    default:
      throw new SyntaxError(`a page has the encoding ${encoding}, which texts have not`);
  }
}
