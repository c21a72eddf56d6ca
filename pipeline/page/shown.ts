/**
 * A figure for people; "–" if it is not a number.
 *
 * @param digits After the point; very small and very large ones have an exponent instead.
 *
 * @example
 * ```ts
 * import { shown } from "./shown.ts";
 *
 * shown(0.41234); // "0.412"
 * shown(0.00001); // "1e-5"
 * shown(NaN); // "–"
 * ```
 */
export function shown(value: number | undefined, digits = 3): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const text = size !== 0 && size < 10 ** -digits || size >= 1e6
    ? Number(value.toPrecision(3)).toExponential().replace("e+", "e")
    : value.toFixed(digits);
  return text.replace(/^-/, "−");
}

/** A difference for people, with its sign: "+0.120", "−0.003", "±0". */
export function shownChange(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) < 0.5 * 10 ** -digits) return "±0";
  // What rounds to the last digit is not shown by its exponent.
  const size = shown(Math.max(Math.abs(value), 10 ** -digits), digits);
  return `${value > 0 ? "+" : "−"}${size}`;
}
