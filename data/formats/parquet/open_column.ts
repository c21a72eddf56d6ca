import type { Chunk, Group, Leaf } from "./footer.ts";
import { type Page, pagesOf } from "./page_headers.ts";
import { readDictionary } from "./pages.ts";
import type { Slice } from "./slice.ts";

/** A column of a row group: its data pages, and its dictionary made into values. */
export interface OpenColumn<T> {
  /** Where it lies. */
  readonly chunk: Chunk;
  /** Its pages without the dictionary, in order. */
  readonly pages: readonly Page[];
  /** Default: it has none. */
  readonly dictionary?: readonly T[];
}

/**
 * Opens a column of a row group by the headers of its pages.
 *
 * @param value Makes a value of its bytes.
 * @throws {SyntaxError} If the group lacks the column, or a header is damaged.
 */
export async function openColumn<T>(
  slice: Slice,
  { chunks, rows }: Group,
  leaf: Leaf,
  value: (bytes: Uint8Array) => T,
): Promise<OpenColumn<T>> {
  const name = leaf.path.join(".");
  const chunk = chunks.get(name);
  if (chunk === undefined) {
    if (rows === 0) {
      return { chunk: { codec: 0, start: 0, end: 0, values: 0 }, pages: [] };
    }
    throw new SyntaxError(`a row group has no column ${name}`);
  }
  const isListed = leaf.lists.length > 0;
  if (isListed && chunk.values < rows) {
    throw new SyntaxError(
      `the column ${name} declares ${chunk.values} values for ${rows} rows`,
    );
  }
  const all = await pagesOf(slice, chunk, isListed ? chunk.values : rows);
  const first = all.find(({ kind }) => kind === "dictionary");
  return {
    chunk,
    pages: all.filter(({ kind }) => kind !== "dictionary"),
    ...first && {
      dictionary: (await readDictionary(slice, first, chunk, leaf)).map(value),
    },
  };
}
