/**
 * Cuts a text to at most `most` UTF-16 units, with "…" at the end if something is left out. No
 * character is cut in half.
 *
 * @example
 * ```ts
 * import { cut } from "./short_text.ts";
 *
 * cut("a long text", 7); // "a long…"
 * ```
 */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/**
 * Makes a text from a file or a server fit for a message: cut to `most` characters, and with the
 * control characters, which a terminal obeys, written out.
 *
 * @example
 * ```ts
 * import { printable } from "./short_text.ts";
 *
 * printable("red\x1b[31m"); // "red\\u001b[31m"
 * ```
 */
export function printable(text: string, most = 150): string {
  return cut(text, most).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => "\\u" + character.codePointAt(0)!.toString(16).padStart(4, "0"),
  );
}

/**
 * Shows a value from a file in a message: as JSON, cut to `most` characters, so that a name of ten
 * megabytes does not fill the screen. A value too deep or too large to be written is called "a
 * list" or "an object", and `undefined`, which JSON does not have, "missing".
 *
 * @example
 * ```ts
 * import { quoted } from "./short_text.ts";
 *
 * quoted("cat"); // '"cat"'
 * quoted([1, null]); // "[1,null]"
 * quoted("x".repeat(100), 6); // '"xxx…"'
 * ```
 */
export function quoted(value: unknown, most = 60): string {
  if (typeof value === "string") {
    // Cut before the quotes are put around it, so that it ends with one.
    return printable(JSON.stringify(cut(value, most - 2)), Infinity);
  }
  try {
    return printable(JSON.stringify(value) ?? "missing", most);
  } catch {
    return Array.isArray(value) ? "a list" : "an object";
  }
}
