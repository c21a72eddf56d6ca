import * as v from "valibot";

/**
 * Reads a JSON file.
 *
 * @param remedy What to do where the file is missing or damaged, as a sentence.
 * @throws {Deno.errors.NotFound} Where there is no such file: names it and the remedy.
 * @throws {SyntaxError} Where it is not JSON in UTF-8: names the file, the place and the remedy.
 */
export async function readJson(path: string, remedy: string): Promise<unknown> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new Deno.errors.NotFound(`There is no file ${path}: ${remedy}`, { cause });
    }
    throw cause;
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SyntaxError(
      `${path} is not JSON (${(cause as Error).message}): ${remedy}`,
      { cause },
    );
  }
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
      `${where}: the whole file is wrong: it is a list, not an object`,
    );
  }
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new SyntaxError(
    `${where}: ${v.getDotPath(issue) ?? "the whole file"} is wrong: ${issue.message}`,
  );
}
