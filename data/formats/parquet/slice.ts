import { type FileHandle, open } from "node:fs/promises";
import { regularFile } from "../../files/regular_file.ts";

/** Reads a piece of a file, all of it. */
export type Slice = (start: number, end: number) => Promise<Uint8Array>;

/** Opens a file while something is read from it. */
export async function withFile<T>(
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

/** Reads pieces of an open file. */
export function sliceOf(handle: FileHandle): Slice {
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
