/**
 * Records that belong to steps, in the order in which they came. A list is immutable, and still
 * grows in constant time: it shares an array with the lists that it grew from, each of which
 * sees only its own part.
 */
export interface ByStep<T extends OfStep> {
  readonly items: T[];
  readonly length: number;
  /** The highest step so far; -Infinity of none. */
  readonly highest: number;
}

/** What belongs to a step. */
export interface OfStep {
  readonly step: number;
}

/** A list of these records. */
export function byStep<T extends OfStep>(items: readonly T[] = []): ByStep<T> {
  const highest = items.reduce((most, { step }) => Math.max(most, step), -Infinity);
  return { items: [...items], length: items.length, highest };
}

/**
 * The list with one more record at its end, without those that it replaces: they are looked for
 * only if the record is not of a later step than all before it.
 *
 * @param replaces Whether it replaces an older record, of this step or a later one.
 *
 * @example
 * ```ts
 * import { added, byStep, listed } from "./by_step.ts";
 *
 * const one = added(byStep(), { step: 1 }, () => true);
 * const two = added(one, { step: 2 }, () => true);
 * [listed(one).length, listed(two).length]; // [1, 2]
 * ```
 */
export function added<T extends OfStep>(
  list: ByStep<T>,
  item: T,
  replaces: (older: T) => boolean,
): ByStep<T> {
  const { step } = item;
  if (!(step > list.highest)) {
    return byStep([
      ...listed(list).filter((older) => !(older.step >= step && replaces(older))),
      item,
    ]);
  }
  // Another list may have grown in this array already: then copy it.
  const items = list.items.length === list.length ? list.items : [...listed(list)];
  items.push(item);
  return { items, length: items.length, highest: step };
}

/** The records of a list, in an array of their own. */
export function listed<T extends OfStep>({ items, length }: ByStep<T>): readonly T[] {
  return items.slice(0, length);
}
