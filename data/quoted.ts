/** Characters of a value that a message shows. */
const MOST = 60;

/**
 * A value from a file as a message shows it: as JSON, cut short, so that a name of ten megabytes
 * does not fill the screen and a value a million levels deep does not end the program.
 *
 * @example
 * ```ts
 * import { quoted } from "./quoted.ts";
 *
 * quoted("cat"); // '"cat"'
 * quoted([[["deep"]]]); // "a list"
 * ```
 */
export function quoted(value: unknown): string {
  if (typeof value === "string") {
    const cut = value.length <= MOST ? value : `${value.slice(0, MOST - 1)}…`;
    return JSON.stringify(cut.toWellFormed());
  }
  if (Array.isArray(value)) return isFlat(value) ? JSON.stringify(value) : "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

/** Whether a list is short and holds nothing but numbers and the like. */
function isFlat(list: readonly unknown[]): boolean {
  return list.length <= 4 &&
    list.every((item) => typeof item !== "object" && typeof item !== "string");
}
