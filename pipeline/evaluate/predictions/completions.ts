import * as v from "valibot";
import type { Box } from "../../../data/box.ts";
import type { CoordinateFrame } from "../../../data/frame.ts";
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
    const place = `line ${i + 1}: `;
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch (error) {
      throw new SyntaxError(`${file}: ${place}is not JSON: ${(error as Error).message}`);
    }
    const result = v.safeParse(schema, json, { abortEarly: true });
    if (result.success) return [result.output];
    throw schemaFault(file, result.issues[0], place);
  });
}

export { frame as frameSchema, target as targetSchema };
