import { printable } from "../../../data/short_text.ts";

/** Messages of JavaScript if a library meets a value that it did not expect. */
const OF_THE_LANGUAGE =
  /^Cannot (read|set|convert|destructure|access)|is not (a function|iterable|a constructor|defined)|undefined (is|\()/;

/**
 * Why a library could not use something from a file, for a message: the library's own words, or,
 * if it met a value of another kind, just that.
 *
 * @example
 * ```ts
 * import { libraryReason } from "./library_reason.ts";
 *
 * libraryReason(new Error("Unknown operator")); // "Unknown operator"
 * libraryReason(new TypeError("x is not a function")); // "a value in it is of another kind …"
 * ```
 */
export function libraryReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return OF_THE_LANGUAGE.test(message)
    ? "a value in it is of another kind than belongs there"
    : printable(message);
}
