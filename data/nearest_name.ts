/**
 * The name that a mistyped one probably stands for.
 *
 * Distances count inserted, deleted, replaced and swapped letters; a name is near if at most
 * two fifths of its letters differ.
 *
 * @returns The nearest name, the first of equals; `undefined` if none is near.
 *
 * @example
 * ```ts
 * import { nearestName } from "./nearest_name.ts";
 *
 * nearestName("learnin-rate", ["beta", "learning-rate"]); // "learning-rate"
 * ```
 */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const name of names) {
    // As many letters have to be inserted or deleted, at least.
    const longer = Math.max(word.length, name.length);
    if (Math.abs(word.length - name.length) > longer * 0.4) continue;
    const d = distance(word.toLowerCase(), name.toLowerCase());
    if (d < least && d <= longer * 0.4) {
      best = name;
      least = d;
    }
  }
  return best;
}

/**
 * Inserted, deleted, replaced and swapped letters between two texts (optimal string alignment).
 *
 * @param most Stops early if the distance is greater, and returns some number above `most`.
 */
export function distance(a: string, b: string, most = Infinity): number {
  let last: number[] = [], before = 0;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let d = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        d = Math.min(d, last[j - 2]! + 1);
      }
      next.push(d);
    }
    // No later row is less than the least of two that follow each other.
    const lowest = next.reduce((a, b) => Math.min(a, b));
    if (lowest > most && before > most) return most + 1;
    before = lowest;
    last = row;
    row = next;
  }
  return row[b.length]!;
}

/**
 * The end of a message about an unknown name: the nearest of the known ones, or all of them.
 *
 * @param kind What the names are, in the plural.
 *
 * @example
 * ```ts
 * import { didYouMean } from "./nearest_name.ts";
 *
 * didYouMean("shot", ["shots", "size"], "options"); // 'did you mean "shots"?'
 * didYouMean("x", ["shots", "size"], "options"); // "options are shots, size"
 * ```
 */
export function didYouMean(word: string, names: readonly string[], kind: string): string {
  const near = nearestName(word, names);
  return near === undefined
    ? `${kind} are ${names.join(", ")}`
    : `did you mean ${JSON.stringify(near)}?`;
}
