/** Brackets within brackets, at most; no format here has twenty. */
export const JSON_DEPTH = 200;

const QUOTE = 0x22, BACKSLASH = 0x5c, COMMA = 0x2c;
const OPEN_LIST = 0x5b, CLOSE_LIST = 0x5d, OPEN = 0x7b, CLOSE = 0x7d;

/** What a text of JSON holds at most. */
export interface JsonLimits {
  /** @default {@linkcode JSON_DEPTH} */
  /** Brackets within brackets. */
  readonly depth?: number;
  /**
   * Lists, objects and texts, each of which costs memory beyond its bytes; eight numbers count as
   * one. @default Infinity
   */
  readonly values?: number;
  /** What to do about it, in the imperative. Default: "split it". */
  readonly remedy?: string;
}

/**
 * Checks that JSON does not overflow the stack or the memory of code that parses or walks it.
 * Nothing else is checked.
 *
 * @param place Names the bytes in messages.
 * @throws {RangeError} If brackets nest too deep, or there are too many values.
 *
 * @example
 * ```ts
 * import { checkJsonShape } from "./json_shape.ts";
 *
 * checkJsonShape(new TextEncoder().encode('{"a": ["[[[["]}'), "a.json"); // nothing is wrong
 * ```
 */
export function checkJsonShape(
  bytes: Uint8Array,
  place: string,
  { depth: deepest = JSON_DEPTH, values: most = Infinity, remedy }: JsonLimits = {},
): void {
  // So short a text can be neither.
  if (bytes.length <= deepest && bytes.length <= most) return;
  const { tooDeepAt, values } = scanned(bytes, deepest);
  if (tooDeepAt !== undefined) {
    throw new RangeError(
      `${place} has more than ${deepest} brackets within brackets at byte ${tooDeepAt}: ` +
        (remedy ?? "remove them"),
    );
  }
  if (values <= most) return;
  throw new RangeError(
    `${place} has more than ${most} values: ${remedy ?? "split it"}`,
  );
}

/**
 * Whether objects and lists nest more than `depth` deep, in JSON as bytes of UTF-8.
 *
 * `JSON.parse` takes any depth, but code that walks the result would overflow the stack.
 *
 * @example
 * ```ts
 * import { nestsDeeper } from "./json_shape.ts";
 *
 * nestsDeeper(new TextEncoder().encode('{"a": [1]}'), 1); // true
 * ```
 */
export function nestsDeeper(bytes: Uint8Array, depth: number): boolean {
  return scanned(bytes, depth).tooDeepAt !== undefined;
}

/** How much JSON holds, up to the first byte that lies too deep. */
function scanned(
  bytes: Uint8Array,
  deepest: number,
): { readonly tooDeepAt?: number; readonly values: number } {
  let depth = 0, values = 0, commas = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) {
      values++;
      for (i++; i < bytes.length && bytes[i] !== QUOTE; i++) {
        if (bytes[i] === BACKSLASH) i++;
      }
    } else if (byte === OPEN || byte === OPEN_LIST) {
      values++;
      if (++depth > deepest) return { tooDeepAt: i, values };
    } else if (byte === CLOSE || byte === CLOSE_LIST) depth--;
    else if (byte === COMMA) commas++;
  }
  return { values: values + commas / 8 };
}
