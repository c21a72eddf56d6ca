/**
 * An error about what stands in a file from outside: the file, the place in it, what should be
 * there and what is.
 *
 * @param place As in `[12].bbox[2]`; empty for the whole file.
 * @param wanted For instance "a number of at least 0".
 * @param found What is there; left out where it is absent or would fill the screen.
 *
 * @example
 * ```ts
 * import { fault } from "./json_fault.ts";
 *
 * fault("results.json", "[12].bbox[2]", "a finite number", null).message;
 * // "results.json: [12].bbox[2] must be a finite number: it is null"
 * ```
 */
export function fault(
  file: string,
  place: string,
  wanted: string,
  ...found: readonly unknown[]
): SyntaxError {
  const where = place === "" ? "the whole file" : place;
  return new SyntaxError(`${file}: ${where} must be ${wanted}${shown(found)}`);
}

function shown(found: readonly unknown[]): string {
  if (found.length === 0) return "";
  const [value] = found;
  if (value === undefined) return ": it is missing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? `: it is ${text}` : `: it is ${text.slice(0, 57)}…`;
}
