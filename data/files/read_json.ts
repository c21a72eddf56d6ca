import * as v from "npm:valibot@1.5.0";
import { nestsDeeper } from "./json_shape.ts";
import { readRegularFile } from "./regular_file.ts";
import { shortened } from "../shortened.ts";

/** Bytes that a JSON file may have unless its reader says otherwise; published ones have 0.4 MB. */
export const MAX_JSON_BYTES = 8 * 2 ** 20;

const REMEDY = "put it right, or fetch the file again";

/** Objects and lists in each other; published files have eight. */
const MAX_DEPTH = 64;

/**
 * Reads a JSON file.
 *
 * @param remedy What to do where the file is missing or damaged, as a sentence.
 * @param limit Bytes that the file may have.
 * @throws {Deno.errors.NotFound} Where there is no such file: names it and the remedy.
 * @throws {TypeError} If it is no regular file.
 * @throws {RangeError} If it is larger than `limit`.
 * @throws {SyntaxError} Where it is not JSON in UTF-8, or nests deeper than 64 levels: names the
 * file, the place and the remedy.
 */
export async function readJson(
  path: string,
  remedy: string,
  limit = MAX_JSON_BYTES,
): Promise<unknown> {
  const bytes = await readBounded(path, remedy, limit);
  if (nestsDeeper(bytes, MAX_DEPTH)) {
    throw new SyntaxError(
      `${path} nests objects and lists deeper than ${MAX_DEPTH} levels: ${remedy}`,
    );
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SyntaxError(
      `${path} is not JSON (${shortened((cause as Error).message)}): ${remedy}`,
      { cause },
    );
  }
}

/**
 * Reads a regular file of at most `limit` bytes.
 *
 * @param remedy What to do where the file is missing or too large, as a sentence.
 * @throws As {@linkcode readJson} does; of other faults, names the file and the remedy.
 */
export async function readBounded(
  path: string,
  remedy: string,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readRegularFile(path, limit);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new Deno.errors.NotFound(`There is no file ${path}: ${remedy}`, { cause });
    }
    if (cause instanceof RangeError) {
      throw new RangeError(`${cause.message}: ${remedy}`, { cause });
    }
    throw unreadable(path, cause, remedy);
  }
}

/**
 * The error for a file that the system does not let be read: a link to itself, or one that
 * belongs to somebody else. Errors that name file and remedy stay as they are.
 */
export function unreadable(path: string, cause: unknown, remedy: string): unknown {
  if (cause instanceof TypeError || cause instanceof Deno.errors.NotFound) return cause;
  const { message } = cause as Error;
  return new Error(`${path} cannot be read (${shortened(message)}): ${remedy}`, {
    cause,
  });
}

/**
 * Checks parsed JSON, an object, against a schema.
 *
 * @param where The file that the JSON comes from.
 * @throws {SyntaxError} Names the file, the path inside the JSON and what was expected there.
 */
export function checkJson<S extends v.GenericSchema>(
  schema: S,
  json: unknown,
  where: string,
): v.InferOutput<S> {
  // The schema library takes a list for an object without keys.
  if (Array.isArray(json)) {
    throw new SyntaxError(
      `${where}: the whole file is wrong: it is a list, not an object; ${REMEDY}`,
    );
  }
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const place = shortened(v.getDotPath(issue) ?? "the whole file");
  throw new SyntaxError(
    `${where}: ${place} is wrong: ${shortened(issue.message)}; ${REMEDY}`,
  );
}
