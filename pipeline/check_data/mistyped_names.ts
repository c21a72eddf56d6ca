import { distance } from "../../data/nearest_name.ts";
import { normaliseLabel } from "../../data/label.ts";

/** A name and how often it is there. */
export interface Count {
  readonly name: string;
  readonly count: number;
}

/** A name that is probably another one, mistyped. */
export interface MistypedName extends Count {
  readonly meant: string;
}

/** A mistyped name is this much rarer than the one that is meant, at least. */
const RARER = 3;

/**
 * Names that look mistyped: those that differ from a commoner one in nothing but case, spaces,
 * underscores or hyphens, and those that are three times rarer than one that is one letter away
 * (two, where it has eight letters or more).
 *
 * Digits tell names apart: "737-200" is not "737-300" mistyped.
 *
 * @example
 * ```ts
 * import { mistypedNames } from "./mistyped_names.ts";
 *
 * mistypedNames(new Map([["tiger lily", 9], ["tigre lily", 1], ["rose", 4]]));
 * // [{ name: "tigre lily", count: 1, meant: "tiger lily" }]
 * ```
 */
export function mistypedNames(counts: ReadonlyMap<string, number>): MistypedName[] {
  const names = [...counts].map(([name, count]) => ({
    name,
    count,
    form: normaliseLabel(name),
  })).sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  return names.flatMap(({ name, count, form }, i) => {
    const commoner = names.slice(0, i);
    const twin = commoner.find((other) => other.form === form);
    const near = twin ??
      commoner.find((other) => other.count >= count * RARER && isNear(form, other.form));
    return near === undefined ? [] : [{ name, count, meant: near.name }];
  });
}

function isNear(a: string, b: string): boolean {
  const digits = (text: string) => text.replace(/\D/g, "");
  const letters = Math.max(a.length, b.length);
  const most = letters >= 8 ? 2 : 1;
  if (Math.abs(a.length - b.length) > most || letters < 3) return false;
  return digits(a) === digits(b) && distance(a, b) <= most;
}
