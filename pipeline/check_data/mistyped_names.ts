import { distance } from "../../data/nearest_name.ts";
import { normaliseLabel } from "../../data/questions/label.ts";

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

/** Pairs that are looked at, at most: of a million names, all pairs would take days. */
const PAIRS = 3e6;

/** Letters of a name that is compared so, at most: longer ones are sentences. */
const LETTERS = 100;

/**
 * Names that look mistyped: those that differ from a commoner one in nothing but case, spaces,
 * underscores or hyphens, and those that are three times rarer than one that is one letter away
 * (two, if it has eight letters or more).
 *
 * Digits tell names apart: "737-200" is not "737-300" mistyped. Names of
 * more than 100 letters are not compared letter by letter, and of very many names not all pairs
 * are.
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
  const names = [...counts].map(([name, count]) => {
    const form = normaliseLabel(name);
    return { name, count, form, digits: form.replace(/\D/g, "") };
  }).sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  const first = new Map<string, string>(); // the commonest name of a form
  let pairs = 0;
  return names.flatMap(({ name, count, form, digits }) => {
    const twin = first.get(form);
    if (twin !== undefined) return [{ name, count, meant: twin }];
    first.set(form, name);
    if (form.length > LETTERS) return [];
    for (const other of names) {
      // The rest is rarer still.
      if (other.count < count * RARER || pairs++ > PAIRS) break;
      if (digits !== other.digits || !isAsLong(form, other.form)) continue;
      pairs += form.length; // what comparing them costs
      if (isNear(form, other.form)) {
        return [{ name, count, meant: other.name }];
      }
    }
    return [];
  });
}

/** Letters that two names may differ by. */
function slack(a: string, b: string): number {
  return Math.max(a.length, b.length) >= 8 ? 2 : 1;
}

function isAsLong(a: string, b: string): boolean {
  return Math.abs(a.length - b.length) <= slack(a, b) &&
    Math.max(a.length, b.length) >= 3;
}

function isNear(a: string, b: string): boolean {
  return distance(a, b, slack(a, b)) <= slack(a, b);
}
