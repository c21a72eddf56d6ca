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
