import { checkJsonShape } from "./json_shape.ts";
import { parseJson } from "./parse_json.ts";
import { readRegularFile } from "./regular_file.ts";

/** Largest file of JSON that is read whole, in bytes: COCO's annotations have 448 MB. */
const TEXT_FILE_LIMIT = 500_000_000;

/** Lists, objects and texts in a file of JSON, at most: LVIS's annotations have five million. */
const VALUES = 16_000_000;

/**
 * The JSON of a file.
 *
 * @param limit Bytes that it may have.
 * @returns `undefined` where there is no such file.
 * @throws {Error} Where it cannot be read, is no regular file of at most `limit` bytes or no text
 * in UTF-8, or has more brackets within brackets or more values
 * than fit in memory.
 * @throws {SyntaxError} Where it is not JSON.
 */
export async function readJsonFile(
  path: string,
  limit = TEXT_FILE_LIMIT,
): Promise<unknown> {
  const bytes = await readBytes(path, limit);
  if (bytes === undefined) return undefined;
  checkJsonShape(bytes, path, { values: VALUES });
  return parseJson(decoded(bytes, path), path);
}

async function readBytes(path: string, limit: number): Promise<Uint8Array | undefined> {
  try {
    return await readRegularFile(path, limit);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new Error(`${path} cannot be read: ${(error as Error).message}`);
  }
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`);
  }
}
