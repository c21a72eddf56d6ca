/** How the paper's prompts name the category that they ask for, and how others may. */
const PAPER = /\bcategory '([^\n]+?)' in the image/;
const QUOTED = /\bcategory\s+(?:'([^\n]+?)'|"([^\n"]+?)")(?=[\s.,;:!?]|$)/;
const UNQUOTED = /\bcategory\s+([^\s'"][^\n.,;:!?]*?)\s+in the (?:image|picture|photo)\b/;

/**
 * The category that a problem asks for: between quotes or bare, as in "the category human foot in
 * the image".
 *
 * @returns `undefined` if it names none.
 *
 * @example
 * ```ts
 * import { namedCategory } from "./named_category.ts";
 *
 * namedCategory("Detect all objects belonging to the category shoe in the image."); // "shoe"
 * ```
 */
export function namedCategory(problem: string): string | undefined {
  const quoted = QUOTED.exec(problem);
  return PAPER.exec(problem)?.[1] ?? quoted?.[1] ?? quoted?.[2] ??
    UNQUOTED.exec(problem)?.[1];
}
