import { createHash } from "node:crypto";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Message, RecordBatchReader, type StructRow } from "apache-arrow";
import type { ExampleTable, StoredImage, StoredText } from "./examples.ts";
import { keptParts } from "./kept_parts.ts";

/** Bytes of record batches that are kept in memory. */
const KEPT = 256 * 2 ** 20;

interface Batch {
  readonly shard: Shard;
  readonly start: number;
  readonly end: number;
  /** Of the first row in its file. */
  readonly row: number;
  readonly offset: number;
  readonly bytes: number;
}

interface Shard {
  readonly path: string;
  readonly name: string;
  /** The stream's schema message, which every batch is read behind. */
  readonly schema: Uint8Array;
}

/**
 * Opens a split that Python's `datasets` saved with `save_to_disk`: Arrow streams with the
 * columns of the paper's form, see `ExampleTable`.
 *
 * The stream has no index: it is read through once, batch by batch, for its texts, and then a
 * batch is read again where one of its pictures is asked for.
 *
 * @param folder Of the split: it holds state.json, which names the files.
 * @throws {SyntaxError} Where a file is not what it should be: names the file.
 */
export async function openArrow(folder: string): Promise<ExampleTable> {
  const files = await filesOf(folder);
  const texts: StoredText[] = [], batches: Batch[] = [], listed = [];
  for (const file of files) {
    const path = join(folder, file);
    const before = texts.length;
    const sha256 = await readThrough(path, batches, texts);
    listed.push({ path: file, rows: texts.length - before, ...sha256 });
  }
  const batchOf = (index: number) => batches.findIndex(({ end }) => index < end);
  const parts = keptParts(
    (at) => imagesOf(batches[at]!),
    (images) => images.reduce((sum, image) => sum + (image?.bytes?.length ?? 0), 0),
    KEPT,
  );
  return {
    name: basename(folder),
    folder,
    texts,
    manifest: { files: listed },
    place(index) {
      const { shard, start, row } = batches[batchOf(index)]!;
      return { file: shard.name, row: row + index - start };
    },
    async image(index) {
      const at = batchOf(index);
      return (await parts(at))[index - batches[at]!.start]!;
    },
  };
}

/** Goes through the messages of a stream; each is its length, its header and its body. */
async function readThrough(path: string, batches: Batch[], texts: StoredText[]) {
  const name = basename(path);
  const fault = (reason: string) =>
    new SyntaxError(`${path} is no whole Arrow stream: ${reason}; save the set again`);
  const handle = await open(path).catch(() => {
    throw new Error(`${path} cannot be read, and state.json names it`);
  });
  const hash = createHash("sha256");
  try {
    const { size } = await handle.stat();
    let schema: Uint8Array | undefined, row = 0;
    for (let offset = 0; offset < size;) {
      const prefix = await bytesAt(handle, offset, 8, size, fault);
      const view = new DataView(prefix.buffer);
      if (view.getUint32(0, true) !== 0xffffffff) {
        throw fault(`no message begins at byte ${offset}`);
      }
      const length = view.getInt32(4, true);
      if (length === 0) break; // the end of the stream
      if (length < 0) throw fault(`a message has ${length} bytes`);
      const header = await bytesAt(handle, offset + 8, length, size, fault);
      hash.update(header);
      let message: Message;
      try {
        message = Message.decode(header);
      } catch (error) {
        throw fault((error as Error).message);
      }
      const bytes = 8 + length + message.bodyLength;
      if (message.isSchema()) schema = await bytesAt(handle, offset, bytes, size, fault);
      else if (message.isRecordBatch()) {
        if (schema === undefined) throw fault("it has no schema");
        const shard = { path, name, schema };
        const start = texts.length, end = start + message.header().length;
        const batch: Batch = { shard, start, end, row, offset, bytes };
        for (const one of await rowsOf(batch)) {
          texts.push({
            problem: text(one.problem, `${path}, row ${row}: problem`),
            solution: text(one.solution, `${path}, row ${row}: solution`),
          });
          row++;
        }
        batches.push(batch);
      } else throw fault("it has dictionaries, which save_to_disk does not write");
      offset += bytes;
    }
    if (schema === undefined) throw fault(`it has ${size} bytes and no schema`);
    return { bytes: size, headersSha256: hash.digest("hex") };
  } finally {
    await handle.close();
  }
}

async function imagesOf(batch: Batch): Promise<(StoredImage | null)[]> {
  return (await rowsOf(batch)).map(({ image }) => {
    if (image === null || image === undefined) return null;
    const { bytes, path } = image as StoredImage;
    return {
      ...bytes instanceof Uint8Array && { bytes },
      ...typeof path === "string" && { path },
    };
  });
}

async function rowsOf({ shard, offset, bytes }: Batch) {
  const handle = await open(shard.path);
  try {
    const { size } = await handle.stat();
    const fault = (reason: string) =>
      new SyntaxError(`${shard.path} is no whole Arrow stream: ${reason}`);
    const body = await bytesAt(handle, offset, bytes, size, fault);
    const stream = new Uint8Array(shard.schema.length + body.length);
    stream.set(shard.schema);
    stream.set(body, shard.schema.length);
    const rows: Record<string, unknown>[] = [];
    try {
      for (const batch of RecordBatchReader.from(stream)) {
        for (const row of batch) rows.push((row as StructRow).toJSON());
      }
    } catch (error) {
      throw fault((error as Error).message);
    }
    for (const column of ["image", "problem", "solution"]) {
      if (rows.length === 0 || column in rows[0]!) continue;
      throw new SyntaxError(
        `${shard.path} has no column ${column}: it has ${
          Object.keys(rows[0]!).join(", ")
        }`,
      );
    }
    return rows;
  } finally {
    await handle.close();
  }
}

async function bytesAt(
  handle: FileHandle,
  offset: number,
  length: number,
  size: number,
  fault: (reason: string) => SyntaxError,
): Promise<Uint8Array<ArrayBuffer>> {
  if (offset + length > size) {
    throw fault(`it ends at byte ${size}, before ${offset + length}`);
  }
  const bytes = new Uint8Array(length);
  await handle.read(bytes, 0, length, offset);
  return bytes;
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const path = join(folder, "state.json");
  let state: { _data_files?: readonly { filename?: unknown }[] };
  try {
    state = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    const reason = error instanceof SyntaxError ? "is not JSON" : "cannot be read";
    throw new SyntaxError(`${path} ${reason}: give a folder of datasets' save_to_disk`);
  }
  const names = state._data_files?.map(({ filename }) => filename) ?? [];
  const isName = (name: unknown): name is string =>
    typeof name === "string" && basename(name) === name;
  if (names.length > 0 && names.every(isName)) return names;
  throw new SyntaxError(`${path}: _data_files must name the Arrow files beside it`);
}

function text(value: unknown, where: string): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  throw new SyntaxError(`${where} is no text`);
}
