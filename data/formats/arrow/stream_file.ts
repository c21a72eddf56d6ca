import { open } from "node:fs/promises";
import { regularFile } from "../../files/regular_file.ts";

/** A file with an Arrow stream, open. */
export interface StreamFile {
  /** In bytes. */
  readonly size: number;
  /** An error that names the file. */
  fault(reason: string): SyntaxError;
  /** Reads bytes, all of them. @throws {SyntaxError} If the file ends before. */
  at(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens a file while something is read from it.
 *
 * @throws {Error} If it cannot be opened.
 */
export async function withStream<T>(
  path: string,
  work: (file: StreamFile) => Promise<T>,
): Promise<T> {
  const handle = await opened(path);
  const fault = (reason: string) =>
    new SyntaxError(
      `${path} is not a complete Arrow stream: ${reason}; save the set again`,
    );
  try {
    const { size } = await handle.stat();
    return await work({
      size,
      fault,
      async at(offset, length) {
        const end = offset + length;
        if (end > size) throw fault(`it ends at byte ${size}, before ${end}`);
        const bytes = new Uint8Array(length);
        const { bytesRead } = await handle.read(bytes, 0, length, offset);
        if (bytesRead === length) return bytes;
        throw fault(`it ends at byte ${offset + bytesRead}, before ${end}`);
      },
    });
  } finally {
    await handle.close();
  }
}

async function opened(path: string) {
  try {
    await regularFile(path);
    return await open(path);
  } catch (error) {
    if (error instanceof TypeError) throw error;
    throw new Error(`${path} cannot be read, and state.json names it`);
  }
}
