/**
 * A label without what writing it differently may change: case, runs of white space,
 * underscores and hyphens (one space each), and Unicode composition.
 *
 * @example
 * ```ts
 * import { normaliseLabel } from "./label.ts";
 *
 * normaliseLabel(" Garden_Phlox "); // "garden phlox"
 * ```
 */
export function normaliseLabel(label: string): string {
  return label.normalize("NFC").toLowerCase().normalize("NFC").replace(/[\s_-]+/g, " ")
    .trim();
}

/** Braces, line breaks, tags, special tokens, and brackets with a number, a quote or a bracket. */
const MARKUP = /[{}\r\n]|<[/|]?\w|\[\s*[-\d"'{[]/;

/**
 * Whether a text has what no label and no name of a category has: it is JSON, boxes or tags that were
 * misread.
 *
 * @example
 * ```ts
 * import { hasMarkup } from "./label.ts";
 *
 * hasMarkup("tiger lily (orange)"); // false
 * hasMarkup('{"label": "tiger lily"}'); // true
 * ```
 */
export function hasMarkup(text: string): boolean {
  return MARKUP.test(text);
}
