import type { Box } from "../geometry/box.ts";

/** An object of a scene. */
export interface SeenObject {
  /** Its category. */
  readonly name: string;
  /** In the frame 0–1000, not rounded. */
  readonly box: Box;
}

/**
 * Names of a scene's objects as the embedded model lists them when it thinks: each once, from
 * left to right by their middles.
 *
 * @example
 * ```ts
 * import { namesSeen } from "./names_seen.ts";
 *
 * const at = (name: string, x1: number) => ({ name, box: { x1, y1: 0, x2: x1 + 9, y2: 9 } });
 * namesSeen([at("dog", 500), at("cat", 20), at("dog", 10)]); // ["dog", "cat"]
 * ```
 */
export function namesSeen(objects: readonly SeenObject[]): string[] {
  return [...new Set(leftToRight(objects).map(({ name }) => name))];
}

/** Objects by their middles. */
export function leftToRight(objects: readonly SeenObject[]): SeenObject[] {
  return [...objects].sort((a, b) => a.box.x1 + a.box.x2 - b.box.x1 - b.box.x2);
}
