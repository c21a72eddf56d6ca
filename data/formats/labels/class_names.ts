import { checkJsonShape } from "../../files/json_shape.ts";
import { parseJsonText } from "../../files/read_json.ts";
import { readRegularFile } from "../../files/regular_file.ts";

/** Largest file of names, in bytes. */
const NAMES_LIMIT = 2 ** 24;

/**
 * Reads the names of classes: a name a line, or JSON: a list of names, or names by folder or number.
 *
 * @throws {SyntaxError} If the file has another form.
 * @throws {Error} If it cannot be read.
 */
export async function readClassNames(
  path: string,
): Promise<readonly string[] | ReadonlyMap<string, string>> {
  const bytes = await readRegularFile(path, NAMES_LIMIT).catch((error) => {
    const reason = error instanceof RangeError ? ` (${error.message})` : "";
    throw new Error(
      `names=${path} cannot be read${reason}: give a file in the data's folder`,
    );
  });
  checkJsonShape(bytes, `names=${path}`);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const value: unknown = path.endsWith(".json")
    ? parseJsonText(text, `names=${path}`)
    : text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "");
  const isText = (name: unknown) => typeof name === "string" && name.trim() !== "";
  if (Array.isArray(value) && value.every(isText)) return value;
  if (
    typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.values(value).every(isText)
  ) return new Map(Object.entries(value));
  throw new SyntaxError(
    `names=${path} must hold a name a line, or JSON: a list of names, or names by folder`,
  );
}
