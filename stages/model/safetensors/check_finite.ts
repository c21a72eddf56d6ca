/**
 * Refuses values of a weight file that are NaN or infinite: they would turn results into NaN.
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
  if (areFinite(values)) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  throw new RangeError(
    `${where}: value ${at} of parameter "${name}" is ${
      values[at]
    }, which no model works ` +
      "with: fetch the weights again, or use a checkpoint from before training diverged",
  );
}

/**
 * Keeps damaged numbers out of files: a checkpoint with them would replace a good one.
 *
 * @param name Of the parameter, for the message.
 * @throws {RangeError} If one of the values is not finite: names the parameter.
 */
export function checkSavable(values: Float32Array, name: string): void {
  if (areFinite(values)) return;
  throw new RangeError(
    `"${name}" holds ${
      values.find((value) => !Number.isFinite(value))
    } and is not saved: ` +
      "resume from the last checkpoint, with a lower learning rate",
  );
}

function areFinite(values: Float32Array): boolean {
  // An exponent of ones alone carries into the sign; twice as fast as arithmetic on floats.
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let seen = 0;
  for (let i = 0; i < bits.length; i++) seen |= (bits[i]! & 0x7f800000) + 0x00800000;
  return seen >= 0;
}
