/** A value that Python's `json.loads` gives: JSON with NaN and the infinities. */
export type PythonValue =
  | null
  | boolean
  | number
  | string
  | readonly PythonValue[]
  | ReadonlyMap<string, PythonValue>;

const CONSTANTS = { NaN, Infinity, "-Infinity": -Infinity } as const;
const TOKEN = new RegExp(
  [
    String.raw`[ \t\n\r]*(?:([[\]{}:,])`,
    String
      .raw`("[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*")`,
    String.raw`(NaN|-?Infinity)|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)`,
    String.raw`(true|false|null)|($))`,
  ].join("|"),
  "y",
);

/** Python gives up on deeper nesting. */
const DEEPEST = 900;

/**
 * `json.loads(text)`: JSON that also knows `NaN`, `Infinity` and `-Infinity`.
 *
 * Integers beyond 2^53 are rounded, which Python does not do.
 *
 * @throws {SyntaxError} If Python raises an error.
 *
 * @example
 * ```ts
 * import { pythonJson } from "./python_json.ts";
 *
 * pythonJson("[1, -Infinity]"); // [1, -Infinity]
 * ```
 */
export function pythonJson(text: string): PythonValue {
  TOKEN.lastIndex = 0;
  let token = next();
  const value = read(0);
  if (token.kind !== "end") throw broken();
  return value;

  function next() {
    const match = TOKEN.exec(text);
    if (match === null) throw broken();
    const [, mark, string, constant, number, word] = match;
    if (mark !== undefined) return { kind: mark, value: null };
    if (string !== undefined) {
      const plain = !string.includes("\\");
      return { kind: "string", value: plain ? string.slice(1, -1) : JSON.parse(string) };
    }
    if (number !== undefined) return { kind: "value", value: Number(number) };
    if (word !== undefined) {
      return { kind: "value", value: JSON.parse(word) as PythonValue };
    }
    if (constant === undefined) return { kind: "end", value: null };
    return { kind: "value", value: CONSTANTS[constant as keyof typeof CONSTANTS] };
  }

  function take(kind: string): PythonValue {
    const { value } = token;
    if (token.kind !== kind) throw broken();
    token = next();
    return value;
  }

  function read(depth: number): PythonValue {
    if (depth > DEEPEST) throw broken();
    if (token.kind === "[") return readList(depth);
    if (token.kind === "{") return readDict(depth);
    return take(token.kind === "string" ? "string" : "value");
  }

  function readList(depth: number): PythonValue {
    const items: PythonValue[] = [];
    take("[");
    while (token.kind !== "]") {
      if (items.length > 0) take(",");
      items.push(read(depth + 1));
    }
    take("]");
    return items;
  }

  function readDict(depth: number): PythonValue {
    const entries = new Map<string, PythonValue>();
    take("{");
    for (let first = true; token.kind !== "}"; first = false) {
      if (!first) take(",");
      const key = take("string") as string;
      take(":");
      entries.set(key, read(depth + 1));
    }
    take("}");
    return entries;
  }

  function broken(): SyntaxError {
    return new SyntaxError("Not JSON to Python");
  }
}
