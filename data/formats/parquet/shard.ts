import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { regularFile } from "../../files/regular_file.ts";
import { MOST_ITEMS } from "../../questions/question_limits.ts";
import { type Columns, columnsOf } from "./columns.ts";
import { type Footer, readFooter } from "./footer.ts";
import { imageLists } from "./image_lists.ts";
import { imagesOf } from "./images.ts";
import { type Slice, sliceOf } from "./slice.ts";
import { textsOf } from "./texts.ts";

/** Bytes of a footer, at most: it describes the data, and holds none. */
const FOOTER_LIMIT = 2 ** 24;

/** Values of a column of lists, at most: each takes a few bytes while it is read. */
const MOST_VALUES = 4 * MOST_ITEMS;

/** One file of a table; see `openParquet`. */
export type Shard = Awaited<ReturnType<typeof openShard>>;

/**
 * Opens one parquet file: its texts are read, and its images can be.
 *
 * @param mostRows Rows that it may have.
 */
export async function openShard(path: string, mostRows: number) {
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
    checkSizes(path, footer, columns, mostRows);
    const { texts, lists } = await guarded("is damaged", async () => ({
      texts: await textsOf(slice, footer, columns),
      lists: await listsOf(slice, footer, columns),
    }));
    const image = imagesOf(path, footer, columns.image, lists);
    return {
      name,
      columns: { problem: columns.problem.path[0]!, solution: columns.solution.path[0]! },
      texts,
      file: { path: name, bytes: size, rows: texts.length, footerSha256 },
      images: (row: number) => lists?.count[row] ?? 1,
      image: (row: number, at: number) => guarded("is damaged", () => image(row, at)),
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

/** Refuses columns that share bytes, and more values than can be: reading them could take hours. */
function checkSizes(
  path: string,
  { groups, rows }: Footer,
  { solution, image }: Columns,
  mostRows: number,
): void {
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
  for (const leaf of [solution, image.bytes, image.path]) {
    if (leaf === undefined || leaf.lists.length === 0) continue;
    const name = leaf.path.join(".");
    const values = groups.reduce(
      (sum, { chunks }) => sum + (chunks.get(name)?.values ?? 0),
      0,
    );
    if (values <= MOST_VALUES) continue;
    throw new RangeError(
      `${path} has ${values} values in its column ${name}, more than ${MOST_VALUES}: split it`,
    );
  }
}

/** Where the images of each row are, if they lie in lists. */
async function listsOf(slice: Slice, footer: Footer, { image }: Columns) {
  // Paths are shorter than images.
  const leaf = image.path ?? image.bytes!;
  return leaf.lists.length === 0 ? undefined : await imageLists(slice, footer, leaf);
}
