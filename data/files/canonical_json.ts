import { createHash } from "node:crypto";

/**
 * A value as JSON in which equal values have equal texts: keys in ascending order of their
 * UTF-16 code units, no white space; what JSON has no form for is left out as JSON.stringify
 * leaves it out.
 *
 * @example
 * ```ts
 * import { canonicalJson } from "./canonical_json.ts";
 *
 * canonicalJson({ b: 1, a: [true, null] }); // '{"a":[true,null],"b":1}'
 * ```
 */
export function canonicalJson(value: unknown): string {
  // First what JSON makes of it: dates and objects with toJSON have no keys to sort.
  return written(JSON.parse(JSON.stringify(value) ?? "null"));
}

/** SHA-256 of a value's canonical JSON in UTF-8, in 64 hexadecimal digits. */
export function canonicalHash(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** Keys under which two objects hold different values. */
export function differingKeys(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): string[] {
  return Object.keys({ ...a, ...b })
    .filter((key) => canonicalJson(a[key]) !== canonicalJson(b[key]));
}

function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${
    entries.map(([key, inner]) => `${JSON.stringify(key)}:${written(inner)}`).join(",")
  }}`;
}
