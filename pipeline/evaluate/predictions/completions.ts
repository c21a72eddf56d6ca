import * as v from "valibot";
import type { Box } from "../../../data/box.ts";
import { byteLines } from "../../../data/byte_lines.ts";
import type { CoordinateFrame } from "../../../data/frame.ts";
import { checkJsonShape } from "../../../data/json_shape.ts";
import type { Target } from "../../../data/question.ts";
import { schemaFault } from "../json_fault.ts";
import { finite } from "./regions.ts";

/** A line of a run's completions.jsonl, as far as it is scored anew. */
export interface LoggedCompletion {
  readonly id: string;
  readonly step: number;
  readonly prompt: string;
  readonly target: Target;
  readonly text: string;
  /** How many it has. */
  readonly tokens: number;
  /** The frame in which the text states boxes; absent: 0–1000. */
  readonly frame?: CoordinateFrame;
}

const text = v.string("a text");
const count = v.pipe(
  v.number("a count"),
  v.safeInteger("a count"),
  v.minValue(0, "a count"),
);
const box: v.GenericSchema<unknown, Box> = v.object(
  { x1: finite, y1: finite, x2: finite, y2: finite },
  "a box with x1, y1, x2 and y2",
);
const target: v.GenericSchema<unknown, Target> = v.variant("kind", [
  v.object({
    kind: v.literal("detection"),
    category: text,
    boxes: v.array(box, "a list of boxes"),
  }),
  v.object({
    kind: v.literal("classification"),
    label: text,
    aliases: v.optional(v.array(text, "a list of names")),
  }),
  v.object({ kind: v.literal("grounding"), box }),
], '"detection", "classification" or "grounding"');
const side = v.pipe(finite, v.gtValue(0, "a size above 0"));
const frame: v.GenericSchema<unknown, CoordinateFrame> = v.variant("kind", [
  v.object({ kind: v.literal("per mille") }),
  v.object({ kind: v.literal("unit") }),
  v.object({ kind: v.literal("pixels"), width: side, height: side }),
], '"per mille", "unit" or "pixels"');
const schema: v.GenericSchema<unknown, LoggedCompletion> = v.object({
  id: text,
  step: count,
  prompt: v.optional(text, ""),
  target,
  text,
  tokens: count,
  frame: v.optional(frame),
}, "an object");

/**
 * Reads the lines of a completions.jsonl. Figures that stand in it are left out: they are
 * worked out anew.
 *
 * @param lines The file's content.
 * @param file Its name, for messages.
 * @throws {SyntaxError} Where a line is no completion: names the file, the line and the place
 * in it.
 */
export function readCompletions(lines: string, file: string): LoggedCompletion[] {
  return lines.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    return [readCompletion(line, i + 1, file)];
  });
}

/**
 * Reads the lines of a completions.jsonl as a stream: see {@linkcode readCompletions}.
 *
 * @throws {SyntaxError} Where a line is no completion.
 * @throws {RangeError} If a line is longer, or the file larger, than fits in memory.
 */
export async function readCompletionsFile(path: string): Promise<LoggedCompletion[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const completions: LoggedCompletion[] = [];
  let read = 0;
  const onChunk = ({ length }: Uint8Array) => {
    read += length;
    if (read <= FILE_LIMIT) return;
    throw new RangeError(
      `${path} has more than ${FILE_LIMIT} bytes: break it up into several files`,
    );
  };
  for await (const { number, bytes } of byteLines(path, { onChunk })) {
    checkJsonShape(bytes, `${path}, line ${number}`);
    let line: string;
    try {
      line = decoder.decode(bytes);
    } catch {
      throw new SyntaxError(`${path}: line ${number}: is not UTF-8`);
    }
    if (line.trim() !== "") completions.push(readCompletion(line, number, path));
  }
  return completions;
}

/** Largest file of completions, in bytes: all of them are in memory. */
const FILE_LIMIT = 2 ** 29;

function readCompletion(line: string, number: number, file: string): LoggedCompletion {
  const place = `line ${number}: `;
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    throw new SyntaxError(`${file}: ${place}is not JSON: ${(error as Error).message}`);
  }
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  throw schemaFault(file, result.issues[0], place);
}

export { frame as frameSchema, target as targetSchema };
