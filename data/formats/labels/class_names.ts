import { utf8Text } from "../../files/utf8_text.ts";
import { checkJsonShape } from "../../files/json_shape.ts";
import { parseJsonText } from "../../files/read_json.ts";
import { readRegularFile } from "../../files/regular_file.ts";

/** Largest file of names, in bytes. */
const NAMES_LIMIT = 2 ** 24;

/**
 * Reads the names of classes: a name a line, or JSON: a list of names, or names by folder or number.
 *
 * @returns Of a file of lines also the empty ones between names.
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
  const text = utf8Text(bytes, `names=${path}`);
  if (!path.endsWith(".json")) return linesOf(text);
  const value: unknown = parseJsonText(text, `names=${path}`);
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

/**
 * Names of classes, a name a line; empty lines at the end do not count.
 *
 * @throws {SyntaxError} If a line before the last name is empty.
 */
export function namesByLine(text: string, where: string): readonly string[] {
  const names = linesOf(text);
  checkGaps(names, where);
  return names;
}

/**
 * Checks that no name of a list is empty: the names after it would get numbers that are not theirs.
 *
 * @throws {SyntaxError} If one is: names its line.
 */
export function checkGaps(names: readonly string[], where: string): void {
  const empty = names.indexOf("");
  if (empty < 0) return;
  throw new SyntaxError(
    `${where}, line ${
      empty + 1
    }: it is empty, and there are names after it: write a name a line`,
  );
}

function linesOf(text: string): readonly string[] {
  const names = text.split(/\r\n|\n|\r/).map((line) => line.trim());
  while (names.at(-1) === "") names.pop();
  return names;
}
