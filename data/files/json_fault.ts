import type * as v from "npm:valibot@1.5.0";
import { printable, quoted } from "../short_text.ts";

/** Where a fault is, and how to put it right. */
export interface FaultPlace {
  /** What leads to the value that was checked: `line 3: `, or `.images[2]`. @default "" */
  readonly place?: string;
  /** What to do about it, in the imperative. */
  readonly remedy?: string;
}

/** What to do about a wrong file, if nothing better is known. */
export const REMEDY = "correct it, or give another file";

/**
 * Makes the error for a wrong value in a JSON file: names the file, the place in it, what should
 * be there and what is there.
 *
 * @param place For instance `[12].bbox[2]`; empty for the whole file.
 * @param wanted For instance "a number of at least 0".
 * @param found What is there; `undefined` if nothing is.
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
  remedy?: string,
): SyntaxError {
  const where = place === "" ? "the whole file" : place;
  const text = found === undefined
    ? `${where} is missing`
    : `${where} must be ${wanted}: it is ${quoted(found)}`;
  return new SyntaxError(`${file}: ${text}${remedy === undefined ? "" : `; ${remedy}`}`);
}

/**
 * Makes the error for what a schema found in a JSON file.
 *
 * @param issue The schema's own message, if it has one, is a noun: what should be there.
 */
export function schemaFault(
  file: string,
  issue: v.BaseIssue<unknown>,
  { place = "", remedy }: FaultPlace = {},
): SyntaxError {
  const at = place + placeOf(issue);
  if (issue.type === "strict_object" && issue.expected === "never") {
    const path = issue.path ?? [];
    const what = path.length > 1 ? at : `${place}the key ${quoted(path[0]?.key)}`;
    return new SyntaxError(`${file}: ${what} does not belong here`);
  }
  return fault(file, at, wantedBy(issue), issue.input, remedy);
}

/** Where in a value a schema found something: `.shapes[2].points`; empty for the whole value. */
function placeOf({ path }: v.BaseIssue<unknown>): string {
  const place = (path ?? []).map(({ key }) => step(key)).join("");
  return printable(place, 200);
}

function step(key: unknown): string {
  if (typeof key === "number") return `[${key}]`;
  const name = String(key);
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${quoted(name)}]`;
}

const NOUNS: Readonly<Record<string, string>> = {
  number: "a number",
  string: "a text",
  boolean: "true or false",
  Array: "a list",
  Object: "an object",
};

/** What a schema wants, as a noun. */
function wantedBy({ expected, message, type }: v.BaseIssue<unknown>): string {
  const [standard, kind] = /^Invalid ([^:]+): /.exec(message) ?? [];
  if (standard === undefined) return printable(message, 200);
  if (expected === null) return `a valid ${kind}`;
  const nouns = expected.replace(/^\((.*)\)$/, "$1").split(" | ")
    .map((one) => NOUNS[one] ?? one);
  return printable((/length/.test(type) ? "of length " : "") + nouns.join(" or "), 200);
}
