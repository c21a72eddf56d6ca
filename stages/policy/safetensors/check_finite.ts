/**
 * Refuses values of a weight file that are NaN or infinite: whatever they meet becomes NaN.
 *
 * @param where The file or folder, for the message.
 * @param name Of the parameter.
 * @throws {RangeError} Names the parameter and the first such value.
 *
 * @example
 * ```ts
 * import { checkFinite } from "./check_finite.ts";
 *
 * checkFinite(Float32Array.of(1, -2), "model", "model.norm.weight");
 * ```
 */
export function checkFinite(values: Float32Array, where: string, name: string): void {
  // 0 · x is NaN for both; four sums, since each waits for the last addition of its own.
  let a = 0, b = 0, c = 0, d = 0, i = 0;
  for (; i + 3 < values.length; i += 4) {
    a += 0 * values[i]!;
    b += 0 * values[i + 1]!;
    c += 0 * values[i + 2]!;
    d += 0 * values[i + 3]!;
  }
  for (; i < values.length; i++) a += 0 * values[i]!;
  if (a + b + c + d === 0) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  throw new RangeError(
    `${where}: value ${at} of parameter "${name}" is ${
      values[at]
    }, which no model works ` +
      "with: fetch the weights again, or take a checkpoint from before training diverged",
  );
}
