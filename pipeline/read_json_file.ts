import { parseJson } from "../data/parse_json.ts";

/**
 * The text of a file in UTF-8.
 *
 * @returns `undefined` where there is no such file.
 * @throws {Error} Where it cannot be read, or is no text in UTF-8.
 */
export async function readTextFile(path: string): Promise<string | undefined> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new Error(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * The JSON of a file.
 *
 * @returns `undefined` where there is no such file.
 * @throws {Error} Where it cannot be read.
 * @throws {SyntaxError} Where it is not JSON.
 */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = await readTextFile(path);
  return text === undefined ? undefined : parseJson(text, path);
}
