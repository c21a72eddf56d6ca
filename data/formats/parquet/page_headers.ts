import type { Chunk } from "./footer.ts";
import type { Slice } from "./slice.ts";
import { numberOf, readThrift, structOf } from "./thrift.ts";

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

/**
 * The pages of a column in a row group, by their headers alone.
 *
 * @param count Values of the column; without lists, as many as the row group has rows.
 * @throws {SyntaxError} If a header is damaged, or they do not agree with the footer.
 */
export async function pagesOf(
  slice: Slice,
  { start, end }: Chunk,
  count: number,
): Promise<readonly Page[]> {
  const pages: Page[] = [];
  let values = 0;
  for (let at = start; values < count;) {
    if (at >= end) {
      throw new SyntaxError(`a column has ${values} values where ${count} are declared`);
    }
    const page = await pageAt(slice, at, end);
    at = page.end;
    if (page.kind === undefined) continue;
    if (page.kind === "dictionary" && page.values > count) {
      throw new SyntaxError(
        `a dictionary declares ${page.values} values of a column of ${count}`,
      );
    }
    if (page.kind !== "dictionary") {
      if (page.values <= 0 || page.values > count - values) {
        throw new SyntaxError(
          `a page declares ${page.values} values of a column of ${count}`,
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
