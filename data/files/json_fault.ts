import type * as v from "npm:valibot@1.5.0";
import { quoted } from "../quoted.ts";
import { placeOf } from "./schema_issue.ts";

/**
 * An error about what stands in a file of JSON from outside: the file, the place in it, what
 * should be there and what is.
 *
 * @param place As in `[12].bbox[2]`; empty for the whole file.
 * @param wanted For instance "a number of at least 0".
 * @param found What is there; `undefined` where nothing is.
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
  found: unknown,
): SyntaxError {
  const where = place === "" ? "the whole file" : place;
  // JSON has no undefined.
  if (found === undefined) return new SyntaxError(`${file}: ${where} is missing`);
  return new SyntaxError(`${file}: ${where} must be ${wanted}: it is ${shown(found)}`);
}

/** A value as JSON, cut short; what lies too deep to be written is called by its kind. */
function shown(value: unknown): string {
  try {
    const text = JSON.stringify(value);
    return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
  } catch {
    return quoted(value);
  }
}

/**
 * The fault that a schema found.
 *
 * @param issue Its message says what should be there.
 * @param place Where in the file stands what the schema was shown.
 */
export function schemaFault(
  file: string,
  issue: v.BaseIssue<unknown>,
  place = "",
): SyntaxError {
  return fault(file, place + placeOf(issue), issue.message, issue.input);
}
