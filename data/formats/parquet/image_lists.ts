import type { Footer, Leaf } from "./footer.ts";
import { openColumn } from "./open_column.ts";
import { readLevels } from "./pages.ts";
import type { Slice } from "./slice.ts";

/** Where the images of each row are, among the values of a column of lists. */
export interface ImageLists {
  /** By row of the file: the place of its first value in its row group. */
  readonly first: Uint32Array;
  /** By row of the file: how many images it has. */
  readonly count: Uint32Array;
}

/**
 * Reads where the lists of a column begin and how long they are, by its levels alone. Columns of the
 * same struct have the same lists, so the shortest of them can stand for all.
 *
 * @throws {SyntaxError} If a page is damaged.
 */
export async function imageLists(
  slice: Slice,
  { groups, rows }: Footer,
  leaf: Leaf,
): Promise<ImageLists> {
  const first = new Uint32Array(rows), count = new Uint32Array(rows);
  const [level] = leaf.lists;
  let row = -1, end = 0;
  for (const group of groups) {
    end += group.rows;
    const { chunk, pages } = await openColumn(slice, group, leaf, () => null);
    let place = 0;
    for (const page of pages) {
      const { repetition, definition } = await readLevels(slice, page, chunk, leaf);
      for (let i = 0; i < page.values; i++, place++) {
        const isThere = definition![i]! >= level!;
        if (repetition![i] === 0) first[++row] = place;
        // A row without images has one value too, which goes nowhere.
        else if (place === 0 || !isThere) throw damaged(leaf);
        if (row >= end) throw damaged(leaf);
        if (isThere) count[row]!++;
      }
    }
    if (row !== end - 1) throw damaged(leaf);
  }
  return { first, count };
}

function damaged({ path }: Leaf): SyntaxError {
  return new SyntaxError(`the lists of its column ${path[0]} do not fit its rows`);
}
