import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { basename, dirname } from "node:path";
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { ExampleTable, StoredImage, StoredText } from "./examples.ts";
import { keptParts } from "./kept_parts.ts";

/** Bytes of row groups that are kept in memory. */
const KEPT = 256 * 2 ** 20;

const COLUMNS = ["image", "problem", "solution"] as const;

/**
 * Opens parquet files of the paper's form: columns `image` (a struct of `bytes` and `path`),
 * `problem` and `solution`, in whichever compression.
 *
 * The texts are read at once. Pictures are read when they are asked for: by page, where the file
 * has an index of its pages (as datasets 4 writes it), else by row group, of which as many are
 * kept as fit in 256 MiB.
 *
 * @param paths Files of one split, in the order of their shards.
 * @throws {SyntaxError} Where a file is not whole parquet, or lacks a column: names the file.
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
  const shards: Awaited<ReturnType<typeof openShard>>[] = [];
  for (const path of paths) shards.push(await openShard(path));
  const texts = shards.flatMap(({ texts }) => texts);
  const starts: number[] = [];
  let rows = 0;
  for (const shard of shards) {
    starts.push(rows);
    rows += shard.texts.length;
  }
  const shardOf = (index: number) => {
    let at = starts.length - 1;
    while (starts[at]! > index) at--;
    return { shard: shards[at]!, row: index - starts[at]! };
  };
  const groups = keptParts(
    (start) => {
      const { shard, row } = shardOf(start);
      return shard.images(row);
    },
    (images) => images.reduce((sum, image) => sum + (image?.bytes?.length ?? 0), 0),
    KEPT,
  );
  return {
    name: shards[0]?.name ?? "parquet",
    folder: dirname(paths[0] ?? "."),
    texts,
    manifest: { files: shards.map(({ file }) => file) },
    place(index) {
      const { shard, row } = shardOf(index);
      return { file: shard.name, row };
    },
    async image(index) {
      const { shard, row } = shardOf(index);
      const { start, indexed } = shard.group(row);
      if (indexed) return (await shard.images(row, row + 1))[0]!;
      return (await groups(index - row + start))[row - start]!;
    },
  };
}

async function openShard(path: string) {
  const name = basename(path);
  const file = await fileBuffer(path);
  const footer = createHash("sha256");
  const guarded = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
      throw new SyntaxError(
        `${path} ${what}: ${(error as Error).message}; fetch or write the file again`,
        { cause: error },
      );
    }
  };
  const metadata = await guarded("is no whole parquet file", async () => {
    if (file.byteLength < 12) throw new Error(`it has ${file.byteLength} bytes`);
    const head = new TextDecoder().decode(await file.slice(0, 4));
    if (head !== "PAR1") throw new Error("it does not begin with PAR1");
    const metadata = await parquetMetadataAsync(file);
    const tail = new DataView(await file.slice(file.byteLength - 8)).getUint32(0, true);
    footer.update(new Uint8Array(await file.slice(file.byteLength - 8 - tail)));
    return metadata;
  });
  checkColumns(path, metadata);
  const read = (columns: readonly string[], rowStart?: number, rowEnd?: number) =>
    guarded("is damaged", () =>
      parquetReadObjects({
        ...{ file, metadata, compressors, rowStart, rowEnd },
        columns: [...columns],
        utf8: false, // the picture's bytes are no text
        useOffsetIndex: true,
      }));
  const rows = await read(["problem", "solution"]);
  const texts = rows.map((row, i): StoredText => ({
    problem: text(row.problem, `${path}, row ${i}: problem`),
    solution: text(row.solution, `${path}, row ${i}: solution`),
  }));
  const groups: { start: number; end: number; indexed: boolean }[] = [];
  for (const group of metadata.row_groups) {
    const start = groups.at(-1)?.end ?? 0;
    const indexed = group.columns
      .filter(({ meta_data }) => meta_data?.path_in_schema[0] === "image")
      .every(({ offset_index_offset }) => offset_index_offset !== undefined);
    groups.push({ start, end: start + Number(group.num_rows), indexed });
  }
  const group = (row: number) => groups.find(({ end }) => row < end)!;
  return {
    name,
    texts,
    group,
    file: {
      ...{ path: name, bytes: file.byteLength, rows: texts.length },
      footerSha256: footer.digest("hex"),
    },
    /** Pictures from a row on: to the end of its group where no other is given. */
    async images(from: number, to = group(from).end): Promise<(StoredImage | null)[]> {
      const rows = await read(["image"], from, to);
      return rows.map(({ image }) => {
        if (image === null || image === undefined) return null;
        return {
          ...image.bytes instanceof Uint8Array && { bytes: image.bytes },
          ...typeof image.path === "string" && { path: image.path },
        };
      });
    },
  };
}

/** Reads what is asked for and nothing else; hyparquet's own reads through a stream. */
async function fileBuffer(path: string): Promise<AsyncBuffer> {
  const size = await sizeOf(path);
  return {
    byteLength: size,
    async slice(start, end = size) {
      const handle = await open(path);
      try {
        const bytes = new Uint8Array(end - start);
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
        if (bytesRead === bytes.length) return bytes.buffer;
        throw new Error(`it ends at byte ${start + bytesRead}, before ${end}`);
      } finally {
        await handle.close();
      }
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  try {
    const handle = await open(path);
    const { size } = await handle.stat();
    await handle.close();
    return size;
  } catch {
    throw new Error(`${path} cannot be read: give the path of a parquet file`);
  }
}

function checkColumns(path: string, { schema }: FileMetaData): void {
  const names: string[] = [];
  for (let i = 1; i < schema.length; i++) {
    names.push(schema[i]!.name);
    for (let left = schema[i]!.num_children ?? 0; left > 0; left--) {
      left += schema[++i]!.num_children ?? 0;
    }
  }
  const lacking = COLUMNS.filter((column) => !names.includes(column));
  if (lacking.length === 0) return;
  throw new SyntaxError(
    `${path} has no column ${lacking.join(", ")}: it has ${
      names.join(", ")
    }; the paper's ` +
      "sets have image, problem and solution",
  );
}

function text(value: unknown, where: string): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  throw new SyntaxError(`${where} is no text`);
}
