/**
 * A figure for people, with three digits that count; "–" for what is no number.
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
export function shown(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return String(value).replace("-", "−");
  if (size < 1e-3 || size >= 1e5) {
    return String(Number(value.toPrecision(3)).toExponential()).replace("e+", "e");
  }
  return value.toFixed(size < 10 ? 3 : 1).replace("-", "−");
}

/** A difference for people, with its sign: "+0.120", "−0.003", "±0". */
export function shownChange(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) < 5e-4) return "±0";
  return `${value > 0 ? "+" : "−"}${shown(Math.abs(value))}`;
}
