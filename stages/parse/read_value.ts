/**
 * A value as models and data sets write it: JSON, Python literals and what lies between them.
 */
export type LooseValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly LooseValue[] }
  | {
    readonly kind: "object";
    readonly entries: readonly (readonly [key: string, value: LooseValue])[];
  };

/** A value and the place behind it. */
export interface ReadValue {
  readonly value: LooseValue;
  readonly end: number;
}

/** Most levels of lists and objects in a value: those of boxes have four. */
const MOST_LEVELS = 8;

const SPACE = /\s/;

/**
 * Reads a value at a place of a text: an object, a list or tuple, a string in single or double
 * quotes (with backslash escapes), or a bare word such as a number. A comma before a closing
 * bracket is allowed.
 *
 * No package does this: those that read JSON with faults repair what is cut off, and a half-written
 * box must not become a whole one; none of them reads tuples. Total; reads every character once.
 *
 * @returns `undefined` if the value is broken, cut off, or nests more than eight levels.
 *
 * @example
 * ```ts
 * import { readValue } from "./read_value.ts";
 *
 * readValue("{'a': (1, 2)}", 0)?.value.kind; // "object"
 * readValue("[1, 2", 0); // undefined
 * ```
 */
export function readValue(text: string, start: number): ReadValue | undefined {
  return read(text, start, 0, WORD_ENDS);
}

/** What a bare word ends at; in a tuple at its closing bracket too. */
const WORD_ENDS = ",[]{}'\"", TUPLE_ENDS = WORD_ENDS + ")";

function read(
  text: string,
  start: number,
  levels: number,
  wordEnds: string,
): ReadValue | undefined {
  const first = text[start];
  if (first === "'" || first === '"') {
    const string = readString(text, start);
    return string && { value: { kind: "text", text: string.inner }, end: string.end };
  }
  if (levels >= MOST_LEVELS) return undefined;
  if (first === "{") return readObject(text, start, levels);
  if (first === "[") return readList(text, start, "]", levels);
  if (first === "(") return readList(text, start, ")", levels);
  const end = skipUntil(text, start, wordEnds);
  return { value: { kind: "word", text: text.slice(start, end).trim() }, end };
}

function readObject(text: string, start: number, levels: number): ReadValue | undefined {
  const entries: [string, LooseValue][] = [];
  let at = skipSpace(text, start + 1);
  while (text[at] !== "}") {
    const key = readString(text, at);
    if (key === undefined) return undefined;
    at = skipSpace(text, key.end);
    if (text[at] !== ":") return undefined;
    const one = read(text, skipSpace(text, at + 1), levels + 1, WORD_ENDS);
    if (one === undefined) return undefined;
    entries.push([key.inner, one.value]);
    at = skipSpace(text, one.end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
    else if (text[at] !== "}") return undefined;
  }
  return { value: { kind: "object", entries }, end: at + 1 };
}

function readList(
  text: string,
  start: number,
  close: string,
  levels: number,
): ReadValue | undefined {
  const items: LooseValue[] = [];
  let at = skipSpace(text, start + 1);
  while (text[at] !== close) {
    const one = read(text, at, levels + 1, close === ")" ? TUPLE_ENDS : WORD_ENDS);
    if (one === undefined) return undefined;
    items.push(one.value);
    at = skipSpace(text, one.end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
    else if (text[at] !== close) return undefined;
  }
  return { value: { kind: "list", items }, end: at + 1 };
}

function readString(text: string, start: number) {
  const quote = text[start];
  if (quote !== "'" && quote !== '"') return undefined;
  let inner = "";
  let from = start + 1;
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (letter === quote) return { inner: inner + text.slice(from, at), end: at + 1 };
    if (letter !== "\\") continue;
    const next = text[at + 1];
    if (next !== quote && next !== "\\") continue; // \n and others stay as they are
    inner += text.slice(from, at) + next;
    from = at + 2;
    at++;
  }
  return undefined;
}

/** The first place from `at` on that is no white space. */
export function skipSpace(text: string, at: number): number {
  while (at < text.length && SPACE.test(text[at]!)) at++;
  return at;
}

function skipUntil(text: string, at: number, stops: string): number {
  while (at < text.length && !stops.includes(text[at]!)) at++;
  return at;
}
