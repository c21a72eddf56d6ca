import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** A line of a file of JSON lines. */
export interface JsonLine {
  /** 1 for the first. */
  readonly number: number;
  readonly value: unknown;
}

/**
 * Reads a file of JSON lines as a stream; empty lines are passed over.
 *
 * The last line may be half written, by a run that goes on or was ended: then it is left out.
 * A file that is not there has no lines.
 *
 * @throws {SyntaxError} Where another line is not JSON: names file and line.
 * @throws {Error} Where the file cannot be read.
 */
export async function* readLines(path: string): AsyncGenerator<JsonLine> {
  let number = 0;
  let broken: SyntaxError | undefined;
  try {
    const input = createReadStream(path, { encoding: "utf8", highWaterMark: 1 << 20 });
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      number++;
      if (text.trim() === "") continue;
      if (broken) throw broken;
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch (error) {
        broken = new SyntaxError(
          `${path}, line ${number}: it is not JSON: ${(error as Error).message}`,
        );
        continue;
      }
      yield { number, value };
    }
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "ENOENT") return;
    if (typeof code !== "string") throw error;
    throw new Error(`${path} cannot be read: ${(error as Error).message}`);
  }
}
