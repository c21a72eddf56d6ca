import { readRegularFile } from "./regular_file.ts";
import { printable } from "../short_text.ts";

/**
 * Reads a regular file of at most `limit` bytes, with errors that say what to do.
 *
 * @param remedy What to do if the file is missing or too large, in the imperative.
 * @throws {Deno.errors.NotFound} If there is no such file: names it and the remedy.
 * @throws {TypeError} If it is a folder, pipe, socket or device.
 * @throws {RangeError} If it is larger than `limit`.
 * @throws {Error} If the system does not let it be read.
 */
export async function readBounded(
  path: string,
  remedy: string,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readRegularFile(path, limit);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new Deno.errors.NotFound(`There is no file ${path}: ${remedy}`, { cause });
    }
    if (cause instanceof RangeError) {
      throw new RangeError(`${cause.message}: ${remedy}`, { cause });
    }
    throw unreadable(path, cause, remedy);
  }
}

/**
 * Makes the error for a file that the system does not let be read: a link to itself, or a file of
 * somebody else. Errors that name file and remedy stay as they are.
 */
export function unreadable(path: string, cause: unknown, remedy: string): unknown {
  if (cause instanceof TypeError || cause instanceof Deno.errors.NotFound) return cause;
  const { message } = cause as Error;
  return new Error(`${path} cannot be read (${printable(message)}): ${remedy}`, {
    cause,
  });
}
