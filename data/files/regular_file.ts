/**
 * Checks that a path leads to a regular file, following links.
 *
 * Opening a named pipe waits for a writer, and a device such as /dev/zero never ends: call this
 * before opening any path that the user, or a file from elsewhere, has named.
 *
 * @returns What the file system says about the file.
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @throws {TypeError} If the path is a folder, pipe, socket or device.
 */
export async function regularFile(path: string | URL): Promise<Deno.FileInfo> {
  const info = await Deno.stat(path);
  if (!info.isFile) throw notRegular(path, info);
  return info;
}

/** Like {@linkcode regularFile}, without waiting. */
export function regularFileSync(path: string | URL): Deno.FileInfo {
  const info = Deno.statSync(path);
  if (!info.isFile) throw notRegular(path, info);
  return info;
}

/**
 * Reads a regular file of at most `limit` bytes into memory.
 *
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @throws {TypeError} If the path is a folder, pipe, socket or device.
 * @throws {RangeError} If the file is larger than `limit`; nothing of it has been read.
 *
 * @example
 * ```ts
 * import { readRegularFile } from "./regular_file.ts";
 *
 * const bytes = await readRegularFile(new URL("./regular_file.ts", import.meta.url), 1 << 20);
 * bytes.length > 0; // true
 * ```
 */
export async function readRegularFile(
  path: string | URL,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  checkSize(path, await regularFile(path), limit);
  return await Deno.readFile(path);
}

/** Like {@linkcode readRegularFile}, without waiting. */
export function readRegularFileSync(
  path: string | URL,
  limit: number,
): Uint8Array<ArrayBuffer> {
  checkSize(path, regularFileSync(path), limit);
  return Deno.readFileSync(path);
}

function checkSize(path: string | URL, { size }: Deno.FileInfo, limit: number): void {
  if (size <= limit) return;
  throw new RangeError(
    `${path} has ${size} bytes, more than the ${limit} that such a file may have`,
  );
}

function notRegular(path: string | URL, info: Deno.FileInfo): TypeError {
  const kind = info.isDirectory
    ? "a folder"
    : info.isFifo
    ? "a named pipe"
    : info.isSocket
    ? "a socket"
    : info.isCharDevice || info.isBlockDevice
    ? "a device"
    : "not a regular file";
  return new TypeError(`${path} is ${kind}: give a regular file`);
}
