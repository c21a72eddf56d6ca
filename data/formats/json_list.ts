import { createHash } from "node:crypto";
import { basename } from "node:path";
import { parseJson } from "../files/read_json.ts";
import { readRegularFile } from "../files/regular_file.ts";
import { MOST_ITEMS } from "../questions/question_limits.ts";
import { quoted } from "../short_text.ts";
import { insteadOfList } from "./json_head.ts";
import { LineCollector, type LineFileOptions, lineRows } from "./line_rows.ts";
import { readLine } from "./lines/read_line.ts";
import { foreignNote } from "./foreign.ts";
import type { RowSet } from "./rows.ts";

/** Largest list that is read, in bytes. */
const FILE_LIMIT = 2 ** 28;

/**
 * Opens a JSON file that is a list of questions, each of a form that a line of JSONL may have:
 * LLaVA's and Qwen's conversations, RefCOCO as VLM-R1 has it.
 *
 * @throws {SyntaxError} If it is no such list: names file, element and key.
 */
export async function openJsonList(
  path: string,
  options: LineFileOptions,
): Promise<RowSet> {
  const bytes = await readRegularFile(path, FILE_LIMIT).catch((error) => {
    if (!(error instanceof RangeError)) {
      throw new Error(`${path} cannot be read: give the path of a JSON file`);
    }
    throw new RangeError(`${path}: ${error.message}; split it into several files`);
  });
  const instead = insteadOfList(new TextDecoder().decode(bytes.subarray(0, 4096)));
  if (instead !== undefined) throw new SyntaxError(`${path}: ${instead}`);
  const json = parseJson(bytes, path, { values: 8 * MOST_ITEMS });
  if (!Array.isArray(json) || json.length === 0) {
    throw new SyntaxError(`${path} must be a list of questions: it is ${quoted(json)}`);
  }
  const foreign = foreignNote(JSON.stringify(json[0]).slice(0, 4096));
  if (foreign !== undefined) throw new SyntaxError(`${path}: ${foreign}`);
  const where = basename(path);
  const collector = new LineCollector(path);
  json.forEach((one: unknown, i) => {
    const at = `${path}, [${i}]`;
    collector.add(readLine(one, at, options), `${where}, [${i}]`, at, String(i));
  });
  const { lines, notes } = collector;
  return {
    name: where,
    ...await lineRows(path, lines, options),
    manifest: {
      kind: "json",
      file: {
        path: where,
        bytes: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
      },
      ...options.frame !== undefined && { frame: options.frame },
      ...options.turns !== undefined && { turns: options.turns },
    },
    ...notes.length > 0 && { notes },
  };
}
