import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import { byteLines } from "../files/byte_lines.ts";
import { categoryOf } from "../questions/category_of.ts";
import { pictureFolder, pictureInFolder } from "../pictures/picture.ts";
import { boxesOf } from "../questions/framed_target.ts";
import { checkPrompt } from "../questions/prompt_text.ts";
import { MOST_ITEMS } from "../questions/question_limits.ts";
import { quoted } from "../short_text.ts";
import type { BoxUnit } from "./file_spec.ts";
import { type JsonlLine, type JsonlLineOptions, readJsonlLine } from "./jsonl_line.ts";
import type { RowSet } from "./rows.ts";
import { statedTarget } from "./truth.ts";

/** How a JSONL file is opened. */
export interface JsonlOptions extends JsonlLineOptions {
  /** Folder of the images, relative to the file's folder. Default: guessed. */
  readonly images?: string;
  /** What boxes count. Default: what their form means; see docs/data.md. */
  readonly frame?: BoxUnit;
}

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
 * The last is VLM-R1's form. Any line may have the key `reasoning`: the text that leads to the
 * answer, without tags; a solution may have it as `<think>…</think>` too.
 *
 * Boxes are x1, y1, x2, y2 in pixels of the first image, its EXIF orientation applied. Empty
 * `boxes` say that the category is not there. Empty lines are skipped. All lines are checked at
 * once, images when they are asked for.
 *
 * @throws {SyntaxError} If a line is not of one of these forms: names file, line and key.
 */
export async function openJsonl(path: string, options: JsonlOptions): Promise<RowSet> {
  const { lines, bytes, sha256 } = await readLines(path, options);
  const where = basename(path);
  if (lines.length === 0) {
    throw new SyntaxError(`${path} has no lines: write a question a line`);
  }
  const folder = await pictureFolder(dirname(path), options.images, lines[0]!.files[0]);
  const { frame } = options;
  return {
    name: where,
    size: lines.length,
    manifest: {
      kind: "jsonl",
      file: { path: where, bytes, sha256 },
      frame: frame ?? "pixels",
    },
    picture: (index) => lines[index]!.files.join(" "),
    holdsReasoning: (index) => lines[index]!.reasoning !== undefined,
    category(index) {
      return categoryOf(lines[index]!.truth.target);
    },
    async row(index) {
      const { number, id, files, prompt, truth, reasoning } = lines[index]!;
      const place = `${where}, line ${number}`;
      const pictures = files.map((file) => pictureInFolder(folder, file, place));
      return {
        ...{ id, imageId: files.join(" "), place, pictures, prompt },
        target: await statedTarget(truth, frame, pictures[0]!),
        ...reasoning !== undefined && { reasoning },
      };
    },
  };
}

async function readLines(path: string, options: JsonlOptions) {
  const hash = createHash("sha256");
  let bytes = 0, items = 0;
  const onChunk = (chunk: Uint8Array) => {
    hash.update(chunk);
    bytes += chunk.length;
    if (bytes <= FILE_LIMIT) return;
    throw new RangeError(
      `${path} has more than ${FILE_LIMIT} bytes: split it into several files`,
    );
  };
  const lines: JsonlLine[] = [], ids = new Map<string, number>();
  try {
    for await (const { number, bytes } of byteLines(path, { onChunk })) {
      const text = textOf(bytes, number, path);
      if (text.trim() === "") continue;
      const line = readJsonlLine(text, number, path, options);
      try {
        checkPrompt(line.prompt);
      } catch (error) {
        throw new SyntaxError(`${path}, line ${number}: ${(error as Error).message}`);
      }
      const before = ids.get(line.id);
      if (before !== undefined) {
        throw new SyntaxError(
          `${path}, line ${number}: the id ${quoted(line.id)} is that of line ${before}`,
        );
      }
      items += itemsOf(line);
      if (items > MOST_ITEMS) {
        throw new RangeError(
          `${path}, line ${number}: up to here are more than ${MOST_ITEMS} questions, ` +
            "boxes, images and names: split the file",
        );
      }
      ids.set(line.id, number);
      lines.push(line);
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
  return { lines, bytes, sha256: hash.digest("hex") };
}

/** Largest JSONL file that is read, in bytes: its texts stay in memory. */
const FILE_LIMIT = 2 ** 30;

/** Whether an error comes from the system. */
function isSystem(error: unknown): boolean {
  return typeof (error as { code?: unknown }).code === "string";
}

/** What a line adds to memory beyond its bytes. */
function itemsOf({ files, truth }: JsonlLine): number {
  const { target } = truth;
  const names = target.kind === "classification" ? target.aliases?.length ?? 0 : 0;
  return 1 + files.length + boxesOf(target).length + names;
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
