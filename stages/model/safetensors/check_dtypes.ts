import type { Checkpoint } from "./checkpoint.ts";

const FLOATS = ["F32", "F16", "BF16", "F64"];

/**
 * Refuses weights that are not floating-point numbers: those of a quantised model mean nothing
 * without their scales.
 *
 * @throws {SyntaxError} Names the folder, the parameter, its dtype and the remedy.
 */
export function checkDtypes(
  { folder, names, dtype }: Pick<Checkpoint, "folder" | "names" | "dtype">,
): void {
  for (const name of names) {
    if (FLOATS.includes(dtype(name))) continue;
    throw new SyntaxError(
      `${folder}: parameter "${name}" has dtype ${dtype(name)}, but one of ` +
        `${FLOATS.join(", ")} is expected: use the model that is not quantised`,
    );
  }
}
