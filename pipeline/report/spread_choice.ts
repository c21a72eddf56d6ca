/**
 * Places in a ranking of `size`, spread evenly over it with both ends, `most` of them at most.
 *
 * @example
 * ```ts
 * import { spreadChoice } from "./spread_choice.ts";
 *
 * spreadChoice(5, 3); // [0, 2, 4]
 * spreadChoice(2, 3); // [0, 1]
 * ```
 */
export function spreadChoice(size: number, most: number): number[] {
  const count = Math.min(size, most);
  if (count === 1) return [0];
  return Array.from(
    { length: count },
    (_, i) => Math.round(i * (size - 1) / (count - 1)),
  );
}
