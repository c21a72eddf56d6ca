import { regularFile } from "./regular_file.ts";

/** A line of a file. */
export interface ByteLine {
  /** 1 for the first. */
  readonly number: number;
  /** Without its end; valid until the next line is asked for. */
  readonly bytes: Uint8Array;
}

/** How lines are read. */
export interface ByteLineOptions {
  /** Bytes of a line, at most. @default {@linkcode LINE_LIMIT} */
  readonly limit?: number;
  /** Called with each piece of the file, unchanged and in order. */
  readonly onChunk?: (chunk: Uint8Array) => void;
}

/** Longest line that is read by default, in bytes. */
export const LINE_LIMIT = 2 ** 24;

const NEWLINE = 10, RETURN = 13;
const CHUNK = 2 ** 20;

/**
 * The lines of a file, read as a stream: no more than a line is in memory. They end as in Unix,
 * in Windows or in old Macs; what follows the last end is a line if it has a byte.
 *
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @throws {TypeError} If the path is a folder, pipe, socket or device.
 * @throws {RangeError} If a line is longer than the limit; says which one.
 *
 * @example
 * ```ts
 * import { byteLines } from "./byte_lines.ts";
 *
 * async function count(path: string) {
 *   let lines = 0;
 *   for await (const _ of byteLines(path)) lines++;
 *   return lines;
 * }
 * ```
 */
export async function* byteLines(
  path: string,
  { limit = LINE_LIMIT, onChunk }: ByteLineOptions = {},
): AsyncGenerator<ByteLine> {
  await regularFile(path);
  using file = await Deno.open(path);
  const buffer = new Uint8Array(CHUNK);
  let number = 0, afterReturn = false;
  let held: Uint8Array[] = [], heldBytes = 0;
  const hold = (piece: Uint8Array) => {
    heldBytes += piece.length;
    if (heldBytes > limit) {
      throw new RangeError(
        `${path}, line ${number + 1} has more than the ${limit} bytes that a line may ` +
          "have: split it",
      );
    }
    held.push(piece);
  };
  const taken = (): ByteLine => {
    const bytes = held.length === 1 ? held[0]! : joined(held, heldBytes);
    held = [];
    heldBytes = 0;
    return { number: ++number, bytes };
  };
  for (let read; (read = await file.read(buffer)) !== null;) {
    const chunk = buffer.subarray(0, read);
    onChunk?.(chunk);
    let start = 0;
    if (afterReturn && chunk[0] === NEWLINE) start = 1; // the second half of \r\n
    if (read > 0) afterReturn = false;
    // A file without returns is searched for them once a chunk, not once a line.
    let back = chunk.indexOf(RETURN, start);
    let next = chunk.indexOf(NEWLINE, start);
    while (next >= 0 || back >= 0) {
      const isReturn = back >= 0 && (next < 0 || back < next);
      const end = isReturn ? back : next;
      hold(chunk.subarray(start, end));
      start = end + 1;
      if (isReturn) {
        if (start === chunk.length) afterReturn = true;
        else if (chunk[start] === NEWLINE) start++;
        back = chunk.indexOf(RETURN, start);
      }
      if (next < start) next = chunk.indexOf(NEWLINE, start);
      yield taken();
    }
    if (start < chunk.length) hold(chunk.slice(start)); // the buffer is used again
  }
  if (heldBytes > 0) yield taken();
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
