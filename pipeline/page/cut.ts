/**
 * A text of at most `most` UTF-16 units, with "…" at the end where something is left out; no
 * character is cut in half.
 *
 * @example
 * ```ts
 * import { cut } from "./cut.ts";
 *
 * cut("a long text", 7); // "a long…"
 * ```
 */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
