import { byteLines } from "./byte_lines.ts";
import { checkJsonShape } from "./json_shape.ts";

/** A line of a file of JSON lines. */
export interface JsonLine {
  /** 1 for the first. */
  readonly number: number;
  /** The parsed JSON. */
  readonly value: unknown;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a file of JSON lines as a stream and skips empty lines. Only one line is in memory at a
 * time; a line may have 16 MiB and 200 brackets within brackets.
 *
 * A last line that a run has not finished writing is left out. A missing file has no lines.
 *
 * @param limit Bytes that the file may have. Default: no limit.
 * @throws {SyntaxError} If another line is not JSON: names file and line.
 * @throws {RangeError} If a line or the file is too long, or a line too deep.
 * @throws {Error} If the file cannot be read, or is a folder, pipe or device.
 */
export async function* readLines(
  path: string,
  limit = Infinity,
): AsyncGenerator<JsonLine> {
  let broken: SyntaxError | undefined, read = 0;
  const onChunk = ({ length }: Uint8Array) => {
    read += length;
    if (read > limit) throw new RangeError(`${path} has more than ${limit} bytes`);
  };
  try {
    for await (const { number, bytes } of byteLines(path, { onChunk })) {
      let value: unknown;
      try {
        const text = decoder.decode(bytes);
        if (text.trim() === "") continue;
        if (broken) throw broken;
        checkJsonShape(bytes, `${path}, line ${number}`);
        value = JSON.parse(text);
      } catch (error) {
        if (broken || error instanceof RangeError) throw broken ?? error;
        broken = new SyntaxError(
          `${path}, line ${number}: it is not JSON: ${(error as Error).message}`,
        );
        continue;
      }
      yield { number, value };
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    const { code } = error as { code?: unknown };
    if (!(error instanceof TypeError) && typeof code !== "string") throw error;
    throw new Error(`${path} cannot be read: ${(error as Error).message}`);
  }
}
