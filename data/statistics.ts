/** Arithmetic mean, summed from the first value to the last; NaN of no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Unbiased standard deviation, √(Σ (x − mean)² / (n − 1)).
 *
 * @returns 0 for fewer than two values. Of equal values, 0 or next to it: their mean may be off
 * by a rounding error.
 *
 * @example
 * ```ts
 * import { sampleDeviation } from "./statistics.ts";
 *
 * sampleDeviation([1, 3]); // √2
 * ```
 */
export function sampleDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * {@linkcode sampleDeviation} that is exactly 0 if all values are equal, for what is divided by
 * it or compared with 0.
 *
 * @example
 * ```ts
 * import { standardDeviation } from "./statistics.ts";
 *
 * standardDeviation([1, 3]); // √2
 * standardDeviation([0.1, 0.1, 0.1]); // 0
 * ```
 */
export function standardDeviation(values: readonly number[]): number {
  return values.every((value) => value === values[0]) ? 0 : sampleDeviation(values);
}
