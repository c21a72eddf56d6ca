import { quoted } from "../../short_text.ts";
import type { LabelledImages, ListedCategory } from "../annotations.ts";

/**
 * Makes categories of one name one, and leaves out those that have no objects and are the group of
 * others, as Roboflow's exports begin with.
 */
export function sameNames(
  { images, categories, objects }: LabelledImages,
): { readonly labelled: LabelledImages; readonly notes: readonly string[] } {
  const used = new Set(objects.category);
  const groups = new Set(
    categories.map(({ name, supercategory }) =>
      supercategory === name ? undefined : supercategory
    ),
  );
  const isGroup = ({ id, name }: ListedCategory) => groups.has(name) && !used.has(id);
  const first = new Map<string, number>(), idOf = new Map<number, number>();
  const kept: ListedCategory[] = [], doubles = new Set<string>();
  for (const category of categories) {
    if (isGroup(category)) continue;
    const before = first.get(category.name);
    if (before === undefined) {
      first.set(category.name, category.id);
      kept.push(category);
    } else doubles.add(category.name);
    idOf.set(category.id, before ?? category.id);
  }
  const left = categories.filter(isGroup).map(({ name }) => name);
  return {
    labelled: {
      images,
      categories: kept,
      objects: doubles.size === 0
        ? objects
        : { ...objects, category: objects.category.map((id) => idOf.get(id)!) },
    },
    notes: [
      ...left.length > 0
        ? [
          `${
            left.map((name) => quoted(name)).join(", ")
          } is the group of other categories and has no boxes: it asks nothing`,
        ]
        : [],
      ...doubles.size > 0
        ? [
          `several categories are called ${
            [...doubles].map((name) => quoted(name)).join(", ")
          }: they are one`,
        ]
        : [],
    ],
  };
}
