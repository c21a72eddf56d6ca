/** Arithmetic mean; NaN of no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Unbiased standard deviation, √(Σ (x − mean)² / (n − 1)).
 *
 * @returns 0 for fewer than two values, and exactly 0 where all are equal.
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
  // The mean of equal values may be off by a rounding, and then the deviations are not 0.
  if (values.every((value) => value === values[0])) return 0;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
