import { quoted } from "../short_text.ts";
import { normaliseLabel } from "./label.ts";

/** Canonical names, each with the other names that mean the same. */
export interface LabelSet {
  /** In the order given. */
  readonly names: readonly string[];
  /** The other names of each canonical one, by that one; empty if it has none. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
}

/**
 * A label set from canonical names with their aliases.
 *
 * No two names may read the same after `normaliseLabel`: an answer then means one label or none.
 *
 * @throws {RangeError} If a name or an alias has no letter left after `normaliseLabel`, or
 * reads the same as a name or an alias of another label.
 *
 * @example
 * ```ts
 * import { canonicalLabel, labelSet } from "./label_set.ts";
 *
 * const set = labelSet({ airplane: ["aeroplane", "plane"], "fire truck": [] });
 * canonicalLabel(set, "Aeroplane"); // "airplane"
 * canonicalLabel(set, "Fire_Truck"); // "fire truck"
 * canonicalLabel(set, "airplane or fire truck"); // undefined
 * ```
 */
export function labelSet(entries: Readonly<Record<string, readonly string[]>>): LabelSet {
  const owners = new Map<string, string>();
  for (const [name, aliases] of Object.entries(entries)) {
    for (const written of [name, ...aliases]) {
      const form = normaliseLabel(written);
      const owner = owners.get(form) ?? name;
      if (form === "") {
        throw new RangeError(
          `The label ${quoted(name)} is also written ${quoted(written)}, ` +
            `of which nothing is left to compare: give it letters or digits`,
        );
      }
      if (owner !== name) {
        throw new RangeError(
          `${quoted(written)} of the label ${quoted(name)} reads the same ` +
            `as a name of ${quoted(owner)}: leave it out of one of them`,
        );
      }
      owners.set(form, name);
    }
  }
  return { names: Object.keys(entries), aliases: entries };
}

/**
 * The canonical name that a text stands for: equal, after `normaliseLabel`, to it or to one of
 * its aliases.
 *
 * @returns `undefined` if it stands for none; parts and lists of names stand for none.
 */
export function canonicalLabel(
  { names, aliases }: LabelSet,
  text: string,
): string | undefined {
  const form = normaliseLabel(text);
  return names.find((name) =>
    [name, ...aliases[name]!].some((written) => normaliseLabel(written) === form)
  );
}
