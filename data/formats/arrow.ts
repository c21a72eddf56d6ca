import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  BINARY,
  type Column,
  type Field,
  LARGE_BINARY,
  LARGE_UTF8,
  readBatch,
  readMessage,
  type Region,
  STRUCT,
  UTF8,
} from "./arrow/messages.ts";
import type { ExampleTable, StoredImage, StoredText } from "./examples.ts";
import { PICTURE_BYTES } from "../pictures/image.ts";
import { readJson } from "../files/read_json.ts";
import { MOST_ITEMS } from "../questions/question_limits.ts";
import { regularFile } from "../files/regular_file.ts";

/** Bytes of a message's header, of all texts together, and of state.json, at most. */
const HEADER_LIMIT = 2 ** 24, TEXT_LIMIT = 2 ** 29, STATE_LIMIT = 2 ** 24;

/** Rows that lie together in a file, and where their images are found. */
interface Batch {
  readonly path: string;
  readonly name: string;
  /** Of its first row, in the table and in the file. */
  readonly start: number;
  readonly row: number;
  /** Of its body, in the file. */
  readonly body: number;
  readonly image: Column;
}

/**
 * Opens a split that Python's `datasets` saved with `save_to_disk`: Arrow streams with the
 * columns of the paper's form, see `ExampleTable`.
 *
 * The stream has no index, so it is read through once for the texts. An image is read when it is
 * asked for. Sizes that a message declares are checked against the message, and the message against
 * the file, before memory is taken.
 *
 * @param folder Of the split: it holds state.json, which names the files.
 * @throws {SyntaxError} If a file is not what it should be: names the file.
 * @throws {RangeError} If there are more rows or texts than fit in memory.
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
  const batchOf = (index: number) => {
    let low = 0, high = batches.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (batches[middle]!.start <= index) low = middle;
      else high = middle - 1;
    }
    return batches[low]!;
  };
  return {
    name: basename(folder),
    folder,
    texts,
    manifest: { files: listed },
    place(index) {
      const { name, start, row } = batchOf(index);
      return { file: name, row: row + index - start };
    },
    image(index) {
      const batch = batchOf(index);
      return imageAt(batch, index - batch.start);
    },
  };
}

/** Goes through the messages of a stream; each is its length, its header and its body. */
async function readThrough(path: string, batches: Batch[], texts: StoredText[]) {
  const name = basename(path);
  const fault = (reason: string) =>
    new SyntaxError(
      `${path} is not a complete Arrow stream: ${reason}; save the set again`,
    );
  const handle = await openStream(path);
  const hash = createHash("sha256");
  try {
    const { size } = await handle.stat();
    const first = texts.length;
    let fields: readonly Field[] | undefined, characters = 0;
    for (let offset = 0; offset < size;) {
      const prefix = await bytesAt(handle, offset, 8, size, fault);
      const view = new DataView(prefix.buffer);
      if (view.getUint32(0, true) !== 0xffffffff) {
        throw fault(`no message begins at byte ${offset}`);
      }
      const length = view.getInt32(4, true);
      if (length === 0) break; // the end of the stream
      if (length < 0 || length > HEADER_LIMIT) {
        throw fault(`a message's header has ${length} bytes`);
      }
      const header = await bytesAt(handle, offset + 8, length, size, fault);
      hash.update(header);
      const message = guarded(() => readMessage(header), fault);
      const body = offset + 8 + length, end = body + message.bodyBytes;
      if (end > size) throw fault(`it ends at byte ${size}, before ${end}`);
      switch (message.kind) {
        case "schema":
          ({ fields } = message);
          checkColumns(path, fields);
          break;
        case "batch": {
          if (fields === undefined) throw fault("it has no schema");
          const wanted = fields;
          const { rows, columns } = guarded(
            () => readBatch(message.batch, wanted, message.bodyBytes),
            fault,
          );
          if (texts.length + rows > MOST_ITEMS) {
            throw new RangeError(
              `${path} has more rows than the ${MOST_ITEMS} that a set may have: split it`,
            );
          }
          const column = (name: string) =>
            columns.find(({ field }) => field.name === name)!;
          const read = async (column: Column) => {
            const region = async ({ start, end }: Region) =>
              await bytesAt(handle, body + start, end - start, size, fault);
            const [validity, offsets, data] = column.buffers;
            const found = textsIn(
              {
                validity: column.nulls > 0 ? await region(validity!) : undefined,
                ends: endsIn(
                  await region(offsets!),
                  column,
                  rows,
                  data!.end - data!.start,
                  fault,
                ),
                data: await region(checkedText(data!, fault)),
              },
              rows,
              fault,
            );
            characters += found.reduce((sum, text) => sum + (text?.length ?? 0), 0);
            if (characters > TEXT_LIMIT) {
              throw new RangeError(
                `${path} has more than ${TEXT_LIMIT} characters of texts: split it`,
              );
            }
            return found;
          };
          const problems = await read(column("problem"));
          const solutions = await read(column("solution"));
          const start = texts.length;
          batches.push({
            ...{ path, name, start, row: start - first, body },
            image: column("image"),
          });
          problems.forEach((problem, i) =>
            texts.push({ problem, solution: solutions[i]! })
          );
          break;
        }
        default:
          throw fault("it has dictionaries, which save_to_disk does not write");
      }
      offset = end;
    }
    if (fields === undefined) throw fault(`it has ${size} bytes and no schema`);
    return { bytes: size, headersSha256: hash.digest("hex") };
  } finally {
    await handle.close();
  }
}

async function openStream(path: string): Promise<FileHandle> {
  try {
    await regularFile(path);
    return await open(path);
  } catch (error) {
    if (error instanceof TypeError) throw error;
    throw new Error(`${path} cannot be read, and state.json names it`);
  }
}

function guarded<T>(work: () => T, fault: (reason: string) => SyntaxError): T {
  try {
    return work();
  } catch (error) {
    throw fault((error as Error).message);
  }
}

function checkColumns(path: string, fields: readonly Field[]): void {
  for (const column of ["image", "problem", "solution"]) {
    const field = fields.find(({ name }) => name === column);
    if (field === undefined) {
      const names = fields.map(({ name }) => name).join(", ");
      throw new SyntaxError(
        `${path} has no column ${column}: it has ${names.slice(0, 200)}`,
      );
    }
    const isRight = column === "image" ? field.type === STRUCT : isText(field);
    if (isRight) continue;
    throw new SyntaxError(
      `${path}: the column ${column} is not a ${
        column === "image" ? "struct of bytes and path" : "text"
      }`,
    );
  }
}

function isText({ type }: Field): boolean {
  return type === UTF8 || type === LARGE_UTF8;
}

function isLarge({ type }: Field): boolean {
  return type === LARGE_UTF8 || type === LARGE_BINARY;
}

function checkedText(data: Region, fault: (reason: string) => SyntaxError): Region {
  if (data.end - data.start <= TEXT_LIMIT) return data;
  throw fault(`its texts have ${data.end - data.start} bytes in one batch`);
}

/** Where each value begins and the last one ends, in ascending order within the data. */
function endsIn(
  bytes: Uint8Array<ArrayBuffer>,
  { field }: Column,
  rows: number,
  dataBytes: number,
  fault: (reason: string) => SyntaxError,
): Float64Array {
  const ends = new Float64Array(rows === 0 ? 1 : rows + 1);
  if (rows === 0) return ends;
  const width = isLarge(field) ? 8 : 4;
  if (bytes.length < (rows + 1) * width) {
    throw fault(`the column ${field.name} has ${bytes.length} bytes for ${rows} rows`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i <= rows; i++) {
    ends[i] = width === 8
      ? Number(view.getBigInt64(8 * i, true))
      : view.getInt32(4 * i, true);
    const least = i === 0 ? 0 : ends[i - 1]!;
    if (ends[i]! >= least && ends[i]! <= dataBytes) continue;
    throw fault(`value ${i} of the column ${field.name} ends at byte ${ends[i]}`);
  }
  return ends;
}

function textsIn(
  { validity, ends, data }: {
    readonly validity?: Uint8Array;
    readonly ends: Float64Array;
    readonly data: Uint8Array;
  },
  rows: number,
  fault: (reason: string) => SyntaxError,
): (string | null)[] {
  const decoder = new TextDecoder();
  if (validity !== undefined && validity.length * 8 < rows) {
    throw fault(`${validity.length} bytes tell which of ${rows} values are there`);
  }
  return Array.from(
    { length: rows },
    (_, i) =>
      isThere(validity, i) ? decoder.decode(data.subarray(ends[i], ends[i + 1])) : null,
  );
}

function isThere(validity: Uint8Array | undefined, i: number): boolean {
  return validity === undefined || (validity[i >> 3]! >> (i & 7) & 1) === 1;
}

/** Reads an image from its file. */
async function imageAt(
  { path, body, image }: Batch,
  row: number,
): Promise<StoredImage | null> {
  const fault = (reason: string) =>
    new SyntaxError(
      `${path} is not a complete Arrow stream: ${reason}; save the set again`,
    );
  const handle = await openStream(path);
  try {
    const { size } = await handle.stat();
    const at = (start: number, length: number, { start: from, end }: Region) => {
      if (from + start + length > end) {
        throw fault("an image lies outside of its column");
      }
      return bytesAt(handle, body + from + start, length, size, fault);
    };
    const isNull = async ({ nulls, buffers }: Column) =>
      nulls > 0 && (((await at(row >> 3, 1, buffers[0]!))[0]! >> (row & 7)) & 1) === 0;
    const valueOf = async (column: Column | undefined) => {
      if (column === undefined || await isNull(column)) return undefined;
      const [, offsets, data] = column.buffers;
      const width = isLarge(column.field) ? 8 : 4;
      const pair = await at(row * width, 2 * width, offsets!);
      const view = new DataView(pair.buffer);
      const [start, end] = [0, width].map((from) =>
        width === 8 ? Number(view.getBigInt64(from, true)) : view.getInt32(from, true)
      ) as [number, number];
      if (!(start >= 0 && end >= start)) {
        throw fault(`an image lies at bytes ${start} to ${end}`);
      }
      if (end - start > PICTURE_BYTES) {
        throw fault(`an image has ${end - start} bytes, more than ${PICTURE_BYTES}`);
      }
      return await at(start, end - start, data!);
    };
    if (await isNull(image)) return null;
    const child = (name: string, ...types: number[]) =>
      image.children.find(({ field }) =>
        field.name === name && types.includes(field.type)
      );
    const bytes = await valueOf(child("bytes", BINARY, LARGE_BINARY));
    const name = await valueOf(child("path", UTF8, LARGE_UTF8));
    return {
      ...bytes && { bytes },
      ...name && { path: new TextDecoder().decode(name) },
    };
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
  const { bytesRead } = await handle.read(bytes, 0, length, offset);
  if (bytesRead === length) return bytes;
  throw fault(`it ends at byte ${offset + bytesRead}, before ${offset + length}`);
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const path = join(folder, "state.json");
  let state: { _data_files?: unknown };
  try {
    state =
      (await readJson(path, { limit: STATE_LIMIT, depth: 200 }) ?? {}) as typeof state;
  } catch (error) {
    const reason = error instanceof SyntaxError ? "is not JSON" : "cannot be read";
    throw new SyntaxError(`${path} ${reason}: give a folder of datasets' save_to_disk`);
  }
  const list: unknown = state._data_files;
  const names = Array.isArray(list) ? list.map((file) => file?.filename) : [];
  const isName = (name: unknown): name is string =>
    typeof name === "string" && basename(name) === name;
  if (names.length > 0 && names.every(isName)) return names;
  throw new SyntaxError(`${path}: _data_files must name the Arrow files beside it`);
}
