/** A name in double quotes, which ends where a "+", a comma or the text ends. */
const QUOTED = /"((?:[^"]|"")*)"(?=[+,]|$)/y;

/**
 * Where a name ends that begins at `from`, and what it says. A name in double quotes may hold "+",
 * commas and, doubled, double quotes; a quote that is not closed belongs to the name.
 */
export function nameAt(
  text: string,
  from: number,
  ends: RegExp = /\+/g,
): { readonly name: string; readonly end: number } {
  QUOTED.lastIndex = from;
  const found = QUOTED.exec(text);
  if (found !== null) {
    return { name: found[1]!.replaceAll('""', '"'), end: QUOTED.lastIndex };
  }
  ends.lastIndex = from;
  const end = ends.exec(text)?.index ?? text.length;
  return { name: text.slice(from, end), end };
}

/**
 * Names joined with "+", taken apart. One with a "+" or a comma stands in double quotes, in which a
 * double quote is written twice, as in CSV.
 *
 * @example
 * ```ts
 * import { splitNames } from "./quoted_names.ts";
 *
 * splitNames('"salt, pepper"+cup'); // ["salt, pepper", "cup"]
 * ```
 */
export function splitNames(text: string): string[] {
  const names: string[] = [];
  for (let from = 0; from <= text.length;) {
    const { name, end } = nameAt(text, from);
    if (end === text.length || text[end] === "+") {
      names.push(name);
      from = end + 1;
    } else {
      // A comma after the quotes: then they are part of the name.
      const plus = text.indexOf("+", end), rest = plus < 0 ? text.length : plus;
      names.push(text.slice(from, rest));
      from = rest + 1;
    }
  }
  return names;
}

/** Writes names; the opposite of {@linkcode splitNames}. */
export function joinNames(names: readonly string[]): string {
  return names.map(quotedName).join("+");
}

/** A name as {@linkcode splitNames} reads it: in double quotes if it needs them. */
export function quotedName(name: string): string {
  return /[+,"]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
