import { keptParts } from "../../files/kept_parts.ts";
import type { StoredImage } from "../examples.ts";
import { lastIndex } from "../last_index.ts";
import type { ImageLeaves } from "./columns.ts";
import type { Footer, Group, Leaf } from "./footer.ts";
import type { ImageLists } from "./image_lists.ts";
import { openColumn } from "./open_column.ts";
import type { Page } from "./page_headers.ts";
import { needsDictionary, readPage } from "./pages.ts";
import { type Slice, withFile } from "./slice.ts";

/** Bytes of pages that are kept in memory. */
const KEPT = 256 * 2 ** 20;

/** A page with images, or paths of them: where it begins, and what it takes to read it. */
interface Part {
  readonly leaf: Leaf;
  readonly group: Group;
  readonly page: Page;
  /** Of its first value, in the row group. */
  readonly first: number;
}

/**
 * Reads images of a file page by page, as they are asked for.
 *
 * @param lists Where the images of each row are. Default: each row has one.
 * @returns Reads an image by its row, and its place in the row's list.
 */
export function imagesOf(
  path: string,
  { groups }: Footer,
  { bytes, path: name }: ImageLeaves,
  lists: ImageLists | undefined,
): (row: number, at: number) => Promise<StoredImage | null> {
  const starts: number[] = [];
  groups.reduce((start, { rows }) => {
    starts.push(start);
    return start + rows;
  }, 0);
  const { partsOf, read } = pageParts(path, groups);
  const valueAt = async (
    leaf: Leaf | undefined,
    group: number,
    place: number,
    at: number,
  ) => {
    if (leaf === undefined) return null;
    const parts = await partsOf(group, leaf);
    const part = parts[lastIndex(parts, ({ first }) => first <= place)]!;
    const { values, repetition, definition } = await read(part);
    const i = place - part.first;
    // The lists may be those of the column beside it: damage must not show another row's image.
    const fits = lists === undefined ||
      repetition?.[i] === Math.min(at, 1) && definition![i]! >= leaf.lists[0]!;
    if (fits && i < values.length) return values[i]!;
    throw new SyntaxError(`the lists of its column ${leaf.path[0]} do not fit its rows`);
  };
  return async (row, at) => {
    const group = lastIndex(starts, (start) => start <= row);
    const place = lists === undefined ? row - starts[group]! : lists.first[row]! + at;
    const [found, file] = await Promise.all([
      valueAt(bytes, group, place, at),
      valueAt(name, group, place, at),
    ]);
    if (found === null && file === null) return null;
    return {
      // A copy: the page that it lies in shall not stay in memory with it.
      ...found !== null && { bytes: found.slice() },
      ...file !== null && { path: new TextDecoder().decode(file) },
    };
  };
}

/** The pages of a file's columns, of which those read last are kept. */
function pageParts(path: string, groups: readonly Group[]) {
  const indexes = new Map<string, Promise<readonly Part[]>>(); // by group and column
  const parts: Part[] = [], places = new Map<Part, number>();
  const partsOf = (group: number, leaf: Leaf): Promise<readonly Part[]> => {
    const key = `${group}/${leaf.path.join(".")}`;
    const known = indexes.get(key);
    if (known !== undefined) return known;
    const made = withFile(path, async (slice) => {
      const { pages } = await openColumn(slice, groups[group]!, leaf, () => null);
      let first = 0;
      return pages.map((page): Part => {
        const part = { leaf, group: groups[group]!, page, first };
        first += page.values;
        places.set(part, parts.push(part) - 1);
        return part;
      });
    });
    indexes.set(key, made);
    made.catch(() => indexes.delete(key)); // it may be there the next time
    return made;
  };
  const read = keptParts(
    (place) => withFile(path, (slice) => readPart(slice, parts[place]!)),
    ({ values }) => values.reduce((sum, value) => sum + (value?.length ?? 0), 0),
    KEPT,
  );
  return { partsOf, read: (part: Part) => read(places.get(part)!) };
}

async function readPart(slice: Slice, { leaf, group, page }: Part) {
  const same = (bytes: Uint8Array) => bytes;
  const { chunk, dictionary } = needsDictionary(page)
    ? await openColumn(slice, group, leaf, same)
    : { chunk: group.chunks.get(leaf.path.join("."))!, dictionary: undefined };
  return await readPage(slice, page, chunk, leaf, same, dictionary);
}
