const QUOTE = 0x22, BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b, CLOSE_LIST = 0x5d, OPEN = 0x7b, CLOSE = 0x7d;

/**
 * Whether objects and lists lie in each other more than `depth` deep, in JSON as bytes of UTF-8.
 *
 * `JSON.parse` takes any depth, but whoever walks through what it returns runs out of stack.
 *
 * @example
 * ```ts
 * import { nestsDeeper } from "./json_depth.ts";
 *
 * nestsDeeper(new TextEncoder().encode('{"a": [1]}'), 1); // true
 * ```
 */
export function nestsDeeper(bytes: Uint8Array, depth: number): boolean {
  let open = 0, quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (quoted) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    else if (byte === OPEN || byte === OPEN_LIST) {
      if (++open > depth) return true;
    } else if (byte === CLOSE || byte === CLOSE_LIST) open--;
  }
  return false;
}
