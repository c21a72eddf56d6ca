import { decompress } from "./decompress.ts";
import type { Chunk, Leaf } from "./footer.ts";
import { type Page, PAGE_LIMIT } from "./page_headers.ts";
import type { Slice } from "./slice.ts";
import {
  type Cursor,
  readDeltaLengths,
  readDeltaStrings,
  readFixed,
  readHybrid,
  readPlain,
  take,
  uint32,
} from "./values.ts";

const PLAIN = 0, PLAIN_DICTIONARY = 2, RLE_DICTIONARY = 8;
const DELTA_LENGTH = 6, DELTA_STRINGS = 7;

/** Whether the values of a page are numbers of its column's dictionary. */
export function needsDictionary({ encoding }: Page): boolean {
  return encoding === PLAIN_DICTIONARY || encoding === RLE_DICTIONARY;
}

/** The values of a column's dictionary. */
export async function readDictionary(
  slice: Slice,
  page: Page,
  { codec }: Chunk,
  leaf: Leaf,
): Promise<readonly Uint8Array[]> {
  const bytes = decompress(await slice(page.start, page.end), codec, page.size);
  return readPlainOf(leaf, { bytes, at: 0 }, page.values);
}

/** The levels of a page's values. */
export interface Levels {
  /** 0 where a row begins, else the number of the list that goes on. Default: all are 0. */
  readonly repetition?: Uint32Array;
  /** How much of the column's path is there. Default: all of it. */
  readonly definition?: Uint32Array;
}

/** What a page holds. */
export interface PageContent<T> extends Levels {
  /** Null where the file has no value. */
  readonly values: readonly (T | null)[];
}

async function openPage(
  slice: Slice,
  page: Page,
  { codec }: Chunk,
  { maxLevel, lists }: Leaf,
): Promise<Levels & { readonly cursor: Cursor }> {
  const raw = await slice(page.start, page.end);
  const isV2 = page.kind === "data v2";
  const front = page.repetitionBytes + page.definitionBytes;
  const packed = raw.subarray(isV2 ? front : 0), size = page.size - (isV2 ? front : 0);
  const bytes = page.isPacked ? decompress(packed, codec, size) : packed;
  const cursor: Cursor = { bytes, at: 0 };
  const before: Cursor = { bytes: raw, at: 0 };
  const levels = (most: number, length: number) => {
    if (most === 0) return undefined;
    const part = isV2 ? take(before, length) : take(cursor, uint32(cursor));
    return readHybrid({ bytes: part, at: 0 }, 32 - Math.clz32(most), page.values);
  };
  const repetition = levels(lists.length, page.repetitionBytes);
  if (isV2) before.at = page.repetitionBytes;
  const definition = levels(maxLevel, page.definitionBytes);
  return { cursor, ...repetition && { repetition }, ...definition && { definition } };
}

/**
 * The levels of a page without its values.
 *
 * @throws {SyntaxError} If the page is damaged.
 */
export async function readLevels(
  slice: Slice,
  page: Page,
  chunk: Chunk,
  leaf: Leaf,
): Promise<Levels> {
  const { repetition, definition } = await openPage(slice, page, chunk, leaf);
  return { ...repetition && { repetition }, ...definition && { definition } };
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
  chunk: Chunk,
  leaf: Leaf,
  value: (bytes: Uint8Array) => T,
  dictionary?: readonly T[],
): Promise<PageContent<T>> {
  const { cursor, ...levels } = await openPage(slice, page, chunk, leaf);
  const { definition } = levels, { maxLevel } = leaf;
  let present = page.values;
  if (definition !== undefined) {
    present = 0;
    for (const level of definition) if (level === maxLevel) present++;
  }
  const found = valuesOf(cursor, page, leaf, present, value, dictionary);
  if (present === page.values) return { values: found, ...levels };
  let at = 0;
  const values = Array.from(
    definition!,
    (level) => level === maxLevel ? found[at++]! : null,
  );
  return { values, ...levels };
}

function readPlainOf({ number }: Leaf, cursor: Cursor, count: number): Uint8Array[] {
  return number === undefined
    ? readPlain(cursor, count)
    : readFixed(cursor, count, number.width);
}

function valuesOf<T>(
  cursor: Cursor,
  { encoding }: Page,
  leaf: Leaf,
  count: number,
  value: (bytes: Uint8Array) => T,
  dictionary: readonly T[] | undefined,
): T[] {
  switch (encoding) {
    case PLAIN:
      return readPlainOf(leaf, cursor, count).map(value);
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
  }
  if (leaf.isBytes && encoding === DELTA_LENGTH) {
    return readDeltaLengths(cursor, count).map(value);
  }
  if (leaf.isBytes && encoding === DELTA_STRINGS) {
    return readDeltaStrings(cursor, count, PAGE_LIMIT).map(value);
  }
  throw new SyntaxError(
    `a page has the encoding ${encoding}, which ${
      leaf.isBytes ? "texts have not" : "is not read for numbers"
    }`,
  );
}
