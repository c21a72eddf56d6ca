import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { quoted as inShort } from "../short_text.ts";
import { regularFile } from "./regular_file.ts";

/** What is known of a file that was read as a stream. */
export interface StreamedFile {
  /** Size in bytes. */
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** Bytes of an element or a key, at most: an image's outlines take a few kB. */
export const ELEMENT_LIMIT = 2 ** 24;

/** Called with an element of a list and its place there. */
export type VisitElement = (element: unknown, index: number) => void;

/**
 * Reads a JSON file element by element, so that memory does not grow with the file.
 *
 * Elements are cut out by their brackets and quotes and given to `JSON.parse` one by one, which
 * is quicker than a parser of tokens in JavaScript. Values of other keys are skipped
 * unread.
 *
 * @param visit Called with every element of the lists that the file's object has under these
 * keys, in the order of the file. What it throws ends the reading.
 * @returns The file's size and hash, and which of the keys it had.
 * @throws {SyntaxError} If the file is not JSON in UTF-8: names the file and the place.
 * @throws {RangeError} If an element has more than {@linkcode ELEMENT_LIMIT} bytes.
 * @throws {TypeError} If the path is a folder, pipe, socket or device.
 * @throws {Error} If it cannot be read.
 *
 * @example
 * ```ts
 * import { jsonElements } from "./json_elements.ts";
 *
 * async function count(path: string) {
 *   let images = 0;
 *   await jsonElements(path, { images: () => void images++ });
 *   return images;
 * }
 * ```
 */
export async function jsonElements(
  path: string,
  visit: Readonly<Record<string, VisitElement>>,
): Promise<StreamedFile & { readonly keys: ReadonlySet<string> }> {
  const keys = new Set<string>();
  const scanner = elementScanner(path, visit, keys);
  const hash = createHash("sha256");
  let bytes = 0;
  await regularFile(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`${path}: there is no such file`);
  });
  const stream = createReadStream(path, { highWaterMark: 2 ** 20 });
  const chunks = stream[Symbol.asyncIterator]();
  while (true) {
    const next = await chunks.next().catch(({ code }) => {
      const reason = code === "ENOENT" ? "there is no such file" : "it cannot be read";
      throw new Error(`${path}: ${reason}`);
    });
    if (next.done) break;
    hash.update(next.value);
    scanner.scan(next.value, bytes);
    bytes += next.value.length;
  }
  scanner.end(bytes);
  return { bytes, sha256: hash.digest("hex"), keys };
}

const QUOTE = 0x22, BACKSLASH = 0x5c, COMMA = 0x2c, COLON = 0x3a;
const OPEN_LIST = 0x5b, CLOSE_LIST = 0x5d, OPEN = 0x7b, CLOSE = 0x7d;

/** What is expected next: in the file's object, and in one of its lists. */
type Expected =
  | ("object" | "key or end" | "key" | "colon" | "value" | "comma or end" | "nothing")
  | ("element or end" | "element" | "comma or end of list");

/** Goes through bytes, whatever pieces they come in. */
function elementScanner(
  path: string,
  visit: Readonly<Record<string, VisitElement>>,
  keys: Set<string>,
) {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let expected: Expected = "object", key = "", index = 0;
  // A value that has begun: how deep in brackets, and its pieces if they are wanted.
  let inside = false, depth = 0, quoted = false, escaped = false, scalar = false;
  let pieces: Uint8Array[] | undefined, held = 0;

  const fault = (at: number, reason: string) =>
    new SyntaxError(`${path} is not JSON at byte ${at}: ${reason}`);

  function parsed(at: number): unknown {
    const whole = pieces!.length === 1 ? pieces![0]! : concatenated(pieces!);
    const place = expected === "key" ? "a key" : `${key}[${index}]`;
    try {
      return JSON.parse(decoder.decode(whole));
    } catch (error) {
      throw fault(at, `${place}: ${(error as Error).message}`);
    }
  }

  /** After the last byte of a value. */
  function finished(at: number): void {
    inside = false;
    if (expected === "value") expected = "comma or end";
    else if (expected === "key") {
      key = String(parsed(at));
      expected = "colon";
    } else {
      const element = parsed(at);
      expected = "comma or end of list";
      visit[key]!(element, index++);
    }
    pieces = undefined;
  }

  function begin(byte: number, wanted: boolean): void {
    inside = true;
    depth = byte === OPEN || byte === OPEN_LIST ? 1 : 0;
    quoted = byte === QUOTE;
    scalar = depth === 0 && !quoted;
    escaped = false;
    pieces = wanted ? [] : undefined;
    held = 0;
  }

  /** Keeps a piece of the value, if it is wanted. */
  function keep(piece: Uint8Array, at: number): void {
    if (pieces === undefined) return;
    held += piece.length;
    if (held > ELEMENT_LIMIT) {
      const place = expected === "key" ? "a key" : `${key}[${index}]`;
      throw new RangeError(
        `${path}: ${place} at byte ${at} has more than the ${ELEMENT_LIMIT} bytes that an ` +
          "element may have: shorten it",
      );
    }
    pieces.push(piece);
  }

  function between(byte: number, at: number): boolean {
    const wrong = () =>
      fault(at, `${JSON.stringify(String.fromCharCode(byte))} instead of ${expected}`);
    const isEnd = byte === COMMA || byte === COLON || byte === CLOSE ||
      byte === CLOSE_LIST;
    switch (expected) {
      case "object":
        if (byte !== OPEN) throw wrong();
        expected = "key or end";
        return false;
      case "key or end":
      case "key":
        if (byte === CLOSE && expected === "key or end") {
          expected = "nothing";
          return false;
        }
        if (byte !== QUOTE) throw wrong();
        expected = "key";
        begin(byte, true);
        return true;
      case "colon":
        if (byte !== COLON) throw wrong();
        expected = "value";
        return false;
      case "value":
        if (isEnd) throw wrong();
        if (!Object.hasOwn(visit, key)) {
          begin(byte, false);
          return true;
        }
        if (byte !== OPEN_LIST) throw new SyntaxError(`${path}: .${key} must be a list`);
        if (keys.has(key)) {
          throw fault(at, `the key ${inShort(key)} is there twice`);
        }
        keys.add(key);
        index = 0;
        expected = "element or end";
        return false;
      case "comma or end":
        if (byte !== COMMA && byte !== CLOSE) throw wrong();
        expected = byte === COMMA ? "key" : "nothing";
        return false;
      case "element or end":
      case "element":
        if (byte === CLOSE_LIST && expected === "element or end") {
          expected = "comma or end";
          return false;
        }
        if (isEnd) throw wrong();
        expected = "element";
        begin(byte, true);
        return true;
      case "comma or end of list":
        if (byte !== COMMA && byte !== CLOSE_LIST) throw wrong();
        expected = byte === COMMA ? "element" : "comma or end";
        return false;
      case "nothing":
        throw wrong();
    }
  }

  return {
    scan(chunk: Uint8Array, before: number): void {
      let start = 0; // of the value's piece in this chunk
      const close = (end: number) => {
        keep(chunk.subarray(start, end), before + start);
        finished(before + end);
      };
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i]!;
        if (inside) {
          if (quoted) {
            if (escaped) escaped = false;
            else if (byte === BACKSLASH) escaped = true;
            else if (byte === QUOTE) {
              quoted = false;
              if (depth === 0) close(i + 1);
            }
            continue;
          }
          if (!scalar) {
            if (byte === QUOTE) quoted = true;
            else if (byte === OPEN || byte === OPEN_LIST) depth++;
            else if (byte === CLOSE || byte === CLOSE_LIST) {
              if (--depth === 0) close(i + 1);
            }
            continue;
          }
          if (byte !== COMMA && byte !== CLOSE && byte !== CLOSE_LIST && byte > 0x20) {
            continue;
          }
          close(i); // a number or a word ends before what follows it
        }
        const isSpace = byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
        if (!isSpace && between(byte, before + i)) start = i;
      }
      // The chunk's memory is reused: what is not yet whole is copied.
      if (inside) keep(chunk.slice(start), before + start);
    },
    end(bytes: number): void {
      if (expected === "nothing") return;
      throw new SyntaxError(
        `${path} is incomplete: it ends after ${bytes} bytes in the middle of its JSON`,
      );
    },
  };
}

function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
