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
  // An exponent of ones alone carries into the sign; twice as quick as arithmetic on floats.
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let seen = 0;
  for (let i = 0; i < bits.length; i++) seen |= (bits[i]! & 0x7f800000) + 0x00800000;
  if (seen >= 0) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  throw new RangeError(
    `${where}: value ${at} of parameter "${name}" is ${
      values[at]
    }, which no model works ` +
      "with: fetch the weights again, or take a checkpoint from before training diverged",
  );
}
