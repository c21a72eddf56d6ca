/**
 * Keeps damaged numbers out of files: a checkpoint with them would take a good one's place.
 *
 * @param name Of the parameter, for the message.
 * @throws {RangeError} If one of them is not finite.
 */
export function checkFinite(name: string, values: Float32Array): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new RangeError(
      `"${name}" holds ${
        values[i]
      } and is not saved: resume from the last checkpoint, with a ` +
        "lower learning rate",
    );
  }
}
