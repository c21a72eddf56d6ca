import { checkJsonShape, type JsonLimits } from "./json_shape.ts";
import { REMEDY } from "./json_fault.ts";
import { readBounded } from "./read_bounded.ts";
import { printable } from "../short_text.ts";

/** How a JSON file is read. */
export interface ReadJsonOptions extends JsonLimits {
  /** Bytes that the file may have. @default 8 MiB; the published configurations have 0.4 */
  readonly limit?: number;
  /** What to do if the file is missing or damaged, in the imperative. @default {@linkcode REMEDY} */
  readonly remedy?: string;
}

/** Bytes of a JSON file, at most, if its reader says nothing else. */
const LIMIT = 8 * 2 ** 20;

/** Brackets within brackets, at most; published configurations have eight. */
const DEPTH = 64;

/** For files as large as LVIS's annotations: 448 MB, with five million values. */
export const LARGE_JSON = {
  limit: 500_000_000,
  depth: 200,
  values: 16_000_000,
} as const satisfies ReadJsonOptions;

/**
 * Reads a JSON file.
 *
 * @throws {Deno.errors.NotFound} If there is no such file: names it and the remedy.
 * @throws {TypeError} If it is a folder, pipe, socket or device.
 * @throws {RangeError} If it is too large, nests too deep or holds too many values.
 * @throws {SyntaxError} If it is not JSON in UTF-8: names the file, the place and the remedy.
 * @throws {Error} If the system does not let it be read.
 *
 * @example
 * ```ts
 * import { readJson } from "./read_json.ts";
 *
 * await readJson("deno.json", { remedy: "run this in the project's folder" });
 * ```
 */
export async function readJson(
  path: string,
  { limit = LIMIT, depth = DEPTH, values, remedy = REMEDY }: ReadJsonOptions = {},
): Promise<unknown> {
  const bytes = await readBounded(path, remedy, limit);
  return parseJson(bytes, path, { depth, values, remedy });
}

/** Like {@linkcode readJson}, but a missing file is `undefined`. */
export async function readJsonIfThere(
  path: string,
  options?: ReadJsonOptions,
): Promise<unknown> {
  try {
    return await readJson(path, options);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Parses the bytes of a JSON file.
 *
 * @param file Names it in messages.
 * @throws {RangeError} If it nests too deep or holds too many values.
 * @throws {SyntaxError} If it is not JSON in UTF-8.
 */
export function parseJson(
  bytes: Uint8Array,
  file: string,
  { remedy = REMEDY, ...limits }: Omit<ReadJsonOptions, "limit"> = {},
): unknown {
  checkJsonShape(bytes, file, { ...limits, remedy });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw notJson(file, error, remedy);
  }
  return parseJsonText(text, file, remedy);
}

/**
 * Parses JSON whose shape has been checked, see `checkJsonShape`.
 *
 * @throws {SyntaxError} If it is not JSON.
 */
export function parseJsonText(text: string, file: string, remedy = REMEDY): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notJson(file, error, remedy);
  }
}

function notJson(file: string, cause: unknown, remedy: string): SyntaxError {
  const { message } = cause as Error;
  const reason = /\b(NaN|Infinity)\b/.test(message)
    ? "JSON has no NaN and no Infinity"
    : printable(message);
  return new SyntaxError(`${file} is not JSON (${reason}): ${remedy}`, { cause });
}
