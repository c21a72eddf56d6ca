import * as v from "npm:valibot@1.5.0";
import { byteLines } from "../../../data/files/byte_lines.ts";
import { checkJsonShape } from "../../../data/files/json_shape.ts";
import { schemaFault } from "../../../data/files/json_fault.ts";
import type { CompletionRow } from "../../run_folder/completions.ts";
import { completionRowSchema } from "../../run_folder/completions_schema.ts";

/** A line of a run's completions.jsonl, as far as it is scored again. */
export type LoggedCompletion = Pick<
  CompletionRow,
  "id" | "step" | "prompt" | "target" | "text" | "tokens" | "frame"
>;

const { id, step, prompt, target, text, tokens, frame } = completionRowSchema.entries;
// Files of earlier versions have no prompt.
const schema: v.GenericSchema<unknown, LoggedCompletion> = v.object(
  { id, step, prompt: v.optional(prompt, ""), target, text, tokens, frame },
  "an object",
);

/**
 * Reads the lines of a completions.jsonl. Figures that stand in it are left out: they are
 * worked out again.
 *
 * @param lines The file's content.
 * @param file Its name, for messages.
 * @throws {SyntaxError} If a line is not a completion: names the file, the line and the place
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
 * @throws {SyntaxError} If a line is not a completion.
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
      `${path} has more than ${FILE_LIMIT} bytes: split it into several files`,
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
  throw schemaFault(file, result.issues[0], { place });
}
