import { createHash } from "node:crypto";
import { basename } from "node:path";
import { byteLines } from "../files/byte_lines.ts";
import { parseJsonText } from "../files/read_json.ts";
import { LineCollector, type LineFileOptions, lineRows } from "./line_rows.ts";
import { readLine } from "./lines/read_line.ts";
import type { RowSet } from "./rows.ts";

/**
 * Opens a JSONL file, a question a line:
 *
 * ```json
 * {"image": "1.jpg", "category": "cat", "boxes": [[12, 30, 200, 180]]}
 * {"image": "2.jpg", "label": "tiger lily", "aliases": ["Lilium lancifolium"]}
 * {"image": "3.jpg", "instruction": "the cup behind the plate", "box": [5, 6, 70, 80]}
 * {"image": "4.jpg", "problem": "How many legs?", "solution": "<answer>4</answer>"}
 * {"image": "5.jpg", "conversations": [{"from": "human", "value": "<image>Where is it?"}, {"from": "gpt", "value": "[1, 2, 3, 4]"}]}
 * ```
 *
 * See docs/data.md for all forms. Boxes are x1, y1, x2, y2 in what their form means, of the first
 * image with its EXIF orientation applied. Empty lines are skipped. All lines are checked at once,
 * images when they are asked for.
 *
 * @throws {SyntaxError} If a line is not of one of these forms: names file, line and key.
 */
export async function openJsonl(path: string, options: LineFileOptions): Promise<RowSet> {
  const { collector, bytes, sha256 } = await readLines(path, options);
  const { lines, notes } = collector;
  const where = basename(path);
  if (lines.length === 0) {
    throw new SyntaxError(`${path} has no lines: write a question a line`);
  }
  return {
    name: where,
    ...await lineRows(path, lines, options),
    manifest: {
      kind: "jsonl",
      file: { path: where, bytes, sha256 },
      frame: options.frame ?? "pixels",
      ...options.turns !== undefined && { turns: options.turns },
    },
    ...notes.length > 0 && { notes },
  };
}

async function readLines(path: string, options: LineFileOptions) {
  const hash = createHash("sha256");
  let bytes = 0;
  const onChunk = (chunk: Uint8Array) => {
    hash.update(chunk);
    bytes += chunk.length;
    if (bytes <= FILE_LIMIT) return;
    throw new RangeError(
      `${path} has more than ${FILE_LIMIT} bytes: split it into several files`,
    );
  };
  const collector = new LineCollector(path);
  try {
    for await (const { number, bytes } of byteLines(path, { onChunk })) {
      const text = textOf(bytes, number, path);
      if (text.trim() === "") continue;
      const where = `${path}, line ${number}`;
      if (collector.lines.length === 0) checkStart(text, path);
      const json = parseJsonText(text, where, "write an object a line");
      const place = `${basename(path)}, line ${number}`;
      collector.add(readLine(json, where, options), place, where, String(number));
    }
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof TypeError
      ? "it is a folder, pipe or device"
      : isSystem(error)
      ? "it cannot be read"
      : undefined;
    if (reason === undefined) throw error;
    throw new Error(`${path}: ${reason}; give the path of a JSONL file`);
  }
  return { collector, bytes, sha256: hash.digest("hex") };
}

/** Says of a file that is JSON what it is. */
function checkStart(text: string, path: string): void {
  const start = text.trim();
  if (start !== "{" && !start.startsWith("[")) return;
  throw new SyntaxError(
    `${path} is a JSON ${
      start.startsWith("[") ? "list" : "object over several lines"
    }, not ` +
      "JSON lines: " +
      (start.startsWith("[")
        ? "write json: before its path"
        : "write each object on one line"),
  );
}

/** Largest JSONL file that is read, in bytes: its texts stay in memory. */
const FILE_LIMIT = 2 ** 30;

/** Whether an error comes from the system. */
function isSystem(error: unknown): boolean {
  return typeof (error as { code?: unknown }).code === "string";
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array, at: number, path: string): string {
  try {
    const text = decoder.decode(bytes);
    return at === 1 ? text.replace(/^\uFEFF/, "") : text;
  } catch {
    throw new SyntaxError(`${path}, line ${at}: it is not UTF-8; save the file as UTF-8`);
  }
}
