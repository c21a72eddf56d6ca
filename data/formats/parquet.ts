import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { ExampleTable, StoredImage, StoredText } from "./examples.ts";
import { keptParts } from "../files/kept_parts.ts";
import {
  type Chunk,
  type Footer,
  type Group,
  type Leaf,
  readFooter,
} from "./parquet/footer.ts";
import {
  type Page,
  pagesOf,
  readDictionary,
  readPage,
  type Slice,
} from "./parquet/pages.ts";
import { MOST_ITEMS } from "../questions/question_limits.ts";
import { regularFile } from "../files/regular_file.ts";

/** Bytes of pages that are kept in memory. */
const KEPT = 256 * 2 ** 20;

/** Bytes of a footer, at most: it describes the data, and holds none. */
const FOOTER_LIMIT = 2 ** 24;

/** Characters of all texts of a file, at most; a text that several rows share counts for each. */
const TEXT_LIMIT = 2 ** 29;

const COLUMNS = ["image", "problem", "solution"] as const;

/**
 * Opens parquet files of the paper's form: columns `image` (a struct of `bytes` and `path`),
 * `problem` and `solution`, in whichever compression.
 *
 * The texts are read at once. Images are read page by page when they are asked for, and as many
 * pages are kept as fit in 256 MiB. Sizes that a file declares are checked against the file before
 * memory is taken.
 *
 * @param paths Files of one split, in the order of their shards.
 * @throws {SyntaxError} If a file is not whole parquet, declares what it does not hold, or lacks a
 * column: names the file.
 *
 * @example
 * ```ts
 * import { openParquet } from "./parquet.ts";
 *
 * async function problems(path: string) {
 *   return (await openParquet([path])).texts.map(({ problem }) => problem);
 * }
 * ```
 */
export async function openParquet(paths: readonly string[]): Promise<ExampleTable> {
  const shards: Shard[] = [];
  let rows = 0;
  const starts: number[] = [];
  for (const path of paths) {
    const shard = await openShard(path, MOST_ITEMS - rows);
    starts.push(rows);
    rows += shard.texts.length;
    shards.push(shard);
  }
  const shardOf = (index: number) => {
    const at = lastIndex(starts, (start) => start <= index);
    return { shard: shards[at]!, row: index - starts[at]! };
  };
  return {
    name: shards[0]?.name ?? "parquet",
    folder: dirname(paths[0] ?? "."),
    texts: shards.flatMap(({ texts }) => texts),
    manifest: { files: shards.map(({ file }) => file) },
    place(index) {
      const { shard, row } = shardOf(index);
      return { file: shard.name, row };
    },
    image(index) {
      const { shard, row } = shardOf(index);
      return shard.image(row);
    },
  };
}

type Shard = Awaited<ReturnType<typeof openShard>>;

async function openShard(path: string, mostRows: number) {
  const name = basename(path);
  const { size } = await regularFile(path).catch((error) => {
    if (error instanceof TypeError) throw error;
    throw new Error(`${path} cannot be read: give the path of a parquet file`);
  });
  const guarded = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw new SyntaxError(
        `${path} ${what}: ${(error as Error).message}; fetch or write the file again`,
        { cause: error },
      );
    }
  };
  const handle = await open(path);
  try {
    const slice = sliceOf(handle);
    const { footer, footerSha256 } = await guarded(
      "is not a complete parquet file",
      () => footerOf(slice, size),
    );
    const columns = columnsOf(path, footer);
    checkSizes(path, footer, mostRows);
    const texts = await guarded("is damaged", () => textsOf(slice, footer, columns));
    return {
      name,
      texts,
      file: { path: name, bytes: size, rows: texts.length, footerSha256 },
      image: imagesOf(path, footer, columns, (work) => guarded("is damaged", work)),
    };
  } finally {
    await handle.close();
  }
}

async function footerOf(slice: Slice, size: number) {
  if (size < 12) throw new Error(`it has ${size} bytes`);
  const head = new TextDecoder().decode(await slice(0, 4));
  if (head !== "PAR1") throw new Error("it does not begin with PAR1");
  const tail = await slice(size - 8, size);
  if (new TextDecoder().decode(tail.subarray(4)) !== "PAR1") {
    throw new Error("it does not end with PAR1");
  }
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  if (length > size - 12) {
    throw new Error(`its footer is declared to have ${length} bytes`);
  }
  if (length > FOOTER_LIMIT) {
    throw new Error(`its footer has ${length} bytes, more than ${FOOTER_LIMIT}`);
  }
  const bytes = await slice(size - 8 - length, size);
  return {
    footer: readFooter(bytes.subarray(0, length), size - 8 - length),
    footerSha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

/** The columns that are read; of images those that are there. */
interface Columns {
  readonly problem: Leaf;
  readonly solution: Leaf;
  readonly bytes?: Leaf;
  readonly path?: Leaf;
}

function columnsOf(path: string, { names, leaves }: Footer): Columns {
  const lacking = COLUMNS.filter((column) => !names.includes(column));
  if (lacking.length > 0) {
    throw new SyntaxError(
      `${path} has no column ${lacking.join(", ")}: it has ${
        names.join(", ").slice(0, 200)
      }; the paper's sets have image, problem and solution`,
    );
  }
  const readable = (name: string, isText: boolean) => {
    const leaf = leaves.get(name);
    return leaf?.isBytes && leaf.isText === isText && !leaf.isRepeated ? leaf : undefined;
  };
  const text = (name: string) => {
    const leaf = readable(name, true);
    if (leaf !== undefined) return leaf;
    throw new SyntaxError(`${path}: the column ${name} is not text`);
  };
  return {
    problem: text("problem"),
    solution: text("solution"),
    bytes: readable("image.bytes", false),
    path: readable("image.path", true),
  };
}

/** Refuses columns that share bytes: reading them could take hours. */
function checkSizes(path: string, { groups, rows }: Footer, mostRows: number): void {
  if (rows > mostRows) {
    throw new RangeError(
      `${path} has ${rows} rows; all files of a split may have ${MOST_ITEMS} together: take ` +
        "fewer of them",
    );
  }
  let last = 0;
  const chunks = groups.flatMap(({ chunks }) => [...chunks.values()]);
  for (const { start, end } of chunks.sort((a, b) => a.start - b.start)) {
    if (start < last) {
      throw new SyntaxError(
        `${path} is damaged: two columns lie at byte ${start}; fetch or write the file again`,
      );
    }
    last = Math.max(last, end);
  }
}

async function textsOf(
  slice: Slice,
  { groups }: Footer,
  { problem, solution }: Columns,
): Promise<StoredText[]> {
  const texts: StoredText[] = [];
  const decoder = new TextDecoder();
  let characters = 0;
  for (const group of groups) {
    const read = async (leaf: Leaf) => {
      const values: (string | null)[] = [];
      const { chunk, pages, dictionary } = await openColumn(
        slice,
        group,
        leaf,
        (bytes) => decoder.decode(bytes),
      );
      for (const page of pages) {
        const found = await readPage(
          slice,
          page,
          chunk,
          leaf,
          (bytes) => decoder.decode(bytes),
          dictionary,
        );
        for (const text of found) {
          characters += text?.length ?? 0;
          values.push(text);
        }
        if (characters > TEXT_LIMIT) {
          throw new RangeError(`its texts have more than ${TEXT_LIMIT} characters`);
        }
      }
      return values;
    };
    const problems = await read(problem), solutions = await read(solution);
    problems.forEach((problem, i) => texts.push({ problem, solution: solutions[i]! }));
  }
  return texts;
}

/** A column of a row group: its data pages, and its dictionary made into values. */
async function openColumn<T>(
  slice: Slice,
  { chunks, rows }: Group,
  { path }: Leaf,
  value: (bytes: Uint8Array) => T,
): Promise<
  { readonly chunk: Chunk; readonly pages: readonly Page[]; readonly dictionary?: T[] }
> {
  const chunk = chunks.get(path.join("."));
  if (chunk === undefined) {
    if (rows === 0) return { chunk: { codec: 0, start: 0, end: 0 }, pages: [] };
    throw new SyntaxError(`a row group has no column ${path.join(".")}`);
  }
  const all = await pagesOf(slice, chunk, rows);
  const first = all.find(({ kind }) => kind === "dictionary");
  return {
    chunk,
    pages: all.filter(({ kind }) => kind !== "dictionary"),
    ...first &&
      { dictionary: (await readDictionary(slice, first, chunk)).map(value) },
  };
}

/** A page with images, or paths of them: where it begins, and what it takes to read it. */
interface Part {
  readonly leaf: Leaf;
  readonly group: Group;
  readonly page: Page;
  /** Of its first value, in the file. */
  readonly row: number;
}

/** Reads an image of a file by its row. */
function imagesOf(
  path: string,
  { groups }: Footer,
  { bytes, path: name }: Columns,
  guarded: <T>(work: () => Promise<T>) => Promise<T>,
): (row: number) => Promise<StoredImage | null> {
  const starts: number[] = [];
  groups.reduce((start, { rows }) => {
    starts.push(start);
    return start + rows;
  }, 0);
  const indexes = new Map<string, Promise<readonly Part[]>>(); // by group and column
  const parts: Part[] = [], places = new Map<Page, number>();
  const indexOf = (group: number, leaf: Leaf): Promise<readonly Part[]> => {
    const key = `${group}/${leaf.path.join(".")}`;
    const known = indexes.get(key);
    if (known !== undefined) return known;
    const made = withFile(path, async (slice) => {
      const { pages } = await openColumn(slice, groups[group]!, leaf, () => null);
      let row = starts[group]!;
      return pages.map((page): Part => {
        const part = { leaf, group: groups[group]!, page, row };
        row += page.values;
        places.set(page, parts.push(part) - 1);
        return part;
      });
    });
    indexes.set(key, made);
    made.catch(() => indexes.delete(key)); // it may be there the next time
    return made;
  };
  const read = keptParts(
    (place) =>
      withFile(path, async (slice) => {
        const { leaf, group, page } = parts[place]!;
        const same = (bytes: Uint8Array) => bytes;
        const needs = page.encoding === 2 || page.encoding === 8;
        const { chunk, dictionary } = needs
          ? await openColumn(slice, group, leaf, same)
          : { chunk: group.chunks.get(leaf.path.join("."))! };
        return await readPage(slice, page, chunk, leaf, same, dictionary);
      }),
    (values) => values.reduce((sum, value) => sum + (value?.length ?? 0), 0),
    KEPT,
  );
  const valueAt = async (leaf: Leaf | undefined, group: number, row: number) => {
    if (leaf === undefined) return null;
    const parts = await indexOf(group, leaf);
    const part = parts[lastIndex(parts, (part) => part.row <= row)]!;
    return (await read(places.get(part.page)!))[row - part.row]!;
  };
  return (row) =>
    guarded(async () => {
      const group = lastIndex(starts, (start) => start <= row);
      const [found, file] = await Promise.all([
        valueAt(bytes, group, row),
        valueAt(name, group, row),
      ]);
      if (found === null && file === null) return null;
      return {
        // A copy: the page that it lies in shall not stay in memory with it.
        ...found !== null && { bytes: found.slice() },
        ...file !== null && { path: new TextDecoder().decode(file) },
      };
    });
}

/** The place of the last element for which `fits` holds; it holds for the first ones. */
function lastIndex<T>(list: readonly T[], fits: (element: T) => boolean): number {
  let low = 0, high = list.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(list[middle]!)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Opens a file while something is read from it. */
async function withFile<T>(
  path: string,
  work: (slice: Slice) => Promise<T>,
): Promise<T> {
  await regularFile(path);
  const handle = await open(path);
  try {
    return await work(sliceOf(handle));
  } finally {
    await handle.close();
  }
}

/** Bytes that are read at once if fewer are asked for: headers of small pages lie close. */
const WINDOW = 2 ** 14;

function sliceOf(handle: FileHandle): Slice {
  const read = async (start: number, end: number) => {
    const bytes = new Uint8Array(end - start);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
    return bytes.subarray(0, bytesRead);
  };
  let window = new Uint8Array(), from = 0;
  return async (start, end) => {
    let bytes: Uint8Array;
    if (end - start > WINDOW) bytes = await read(start, end);
    else {
      if (start < from || end > from + window.length) {
        [window, from] = [await read(start, start + WINDOW), start];
      }
      bytes = window.subarray(start - from, end - from);
    }
    if (bytes.length === end - start) return bytes;
    throw new Error(`it ends at byte ${start + bytes.length}, before ${end}`);
  };
}
