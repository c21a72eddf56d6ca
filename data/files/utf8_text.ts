/**
 * The text of a file's bytes, without a byte order mark.
 *
 * @param path Names the file in the message.
 * @throws {SyntaxError} If it is not UTF-8.
 */
export function utf8Text(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new SyntaxError(`${path} is not UTF-8; save the file as UTF-8`);
  }
}
