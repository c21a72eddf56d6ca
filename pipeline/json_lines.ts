/** A file of JSON lines that grows at its end. */
export interface JsonLines {
  /** Resolves when all lines are in the file. */
  append(values: readonly unknown[]): Promise<void>;
  /** Length of the file, in bytes. */
  size(): number;
}

/**
 * Opens a file of JSON lines for appending, with one line a value.
 *
 * @param bytes What to keep of a file that is there; 0 begins a new one.
 * @throws {RangeError} Where the file has fewer bytes than are to be kept.
 */
export async function openJsonLines(path: string, bytes = 0): Promise<JsonLines> {
  let size = await Deno.stat(path).then((info) => info.size, () => 0);
  if (size < bytes) {
    throw new RangeError(
      `${path} has ${size} bytes where the checkpoint counts on ${bytes}: ` +
        "it was changed since; start again in a new folder",
    );
  }
  await Deno.writeFile(path, new Uint8Array(), { append: true });
  await Deno.truncate(path, bytes);
  size = bytes;
  return {
    async append(values) {
      const text = values.map((value) => JSON.stringify(value) + "\n").join("");
      const data = new TextEncoder().encode(text);
      await Deno.writeFile(path, data, { append: true });
      size += data.length;
    },
    size: () => size,
  };
}
