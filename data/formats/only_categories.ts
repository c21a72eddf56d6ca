import { chooseCategories } from "../questions/category_sets.ts";
import { picturesOf, type RowSet } from "./rows.ts";

/**
 * The rows about some of the categories or labels that a set has.
 *
 * @param wanted Names joined with "+". Default: all.
 * @throws {RangeError} If the set has not all of them.
 */
export function onlyCategories(rows: RowSet, wanted: string | undefined): RowSet {
  if (wanted === undefined) return rows;
  const names = Array.from({ length: rows.size }, (_, i) => rows.category(i));
  const known = [...new Set(names.filter((name) => name !== undefined))].sort();
  let chosen: ReadonlySet<string | undefined>;
  try {
    chosen = new Set(chooseCategories(wanted, known));
  } catch (error) {
    throw new RangeError(
      `categories=${wanted} of ${rows.name}: ${(error as Error).message}`,
    );
  }
  const places = [...names.keys()].filter((i) => chosen.has(names[i]));
  const at = (index: number) => places[index]!;
  return {
    name: rows.name,
    size: places.length,
    manifest: { ...rows.manifest, categories: [...chosen] },
    ...rows.notes && { notes: rows.notes },
    picture: (index) => rows.picture(at(index)),
    pictures: (index) => picturesOf(rows, at(index)),
    category: (index) => rows.category(at(index)),
    holdsReasoning: (index) => rows.holdsReasoning?.(at(index)) ?? false,
    askedFrame: (index) => rows.askedFrame?.(at(index)),
    row: (index) => rows.row(at(index)),
  };
}
