import type { Qwen2VlConfig } from "./config.ts";

/** Patches of an image: frames, rows and columns, before merging. */
export type Grid = readonly [time: number, height: number, width: number];

/** Number of visual tokens that an image has in the prompt, after merging. */
export function visualTokens([t, h, w]: Grid, spatialMergeSize: number): number {
  return t * h * w / spatialMergeSize ** 2;
}

/**
 * Positions of a row's tokens for M-RoPE.
 *
 * Text has the same number in all three rows and counts up by one. The tokens of an image
 * have (start + frame, start + row, start + column) of the merged grid; text continues at one
 * more than the largest of these.
 *
 * @param ids One row without padding: prompt, or prompt and completion.
 * @param grids One per image, in the order of the images.
 * @returns `positions` [3, tokens], rows time, height, width; `delta`: what to add to a
 * token's index for the position of the text that follows, so the next token has
 * `ids.length + delta` in all three rows.
 * @throws {RangeError} If the row's image tokens and the grids do not fit each other.
 */
export function mropePositions(
  ids: readonly number[],
  grids: readonly Grid[],
  config: Qwen2VlConfig,
): { readonly positions: Int32Array; readonly delta: number } {
  const length = ids.length;
  const merge = config.vision.spatialMergeSize;
  const positions = new Int32Array(3 * length);
  let next = 0, image = 0;
  for (let i = 0; i < length;) {
    if (ids[i] !== config.tokens.image) {
      positions[i] = positions[length + i] = positions[2 * length + i] = next++;
      i++;
      continue;
    }
    const grid = grids[image];
    if (grid === undefined) {
      throw new RangeError(
        `Token ${i} begins image ${image + 1}, but there are ${image} grids`,
      );
    }
    const [t, h, w] = [grid[0], grid[1] / merge, grid[2] / merge];
    for (let k = 0; k < t * h * w; k++, i++) {
      if (ids[i] !== config.tokens.image) {
        throw new RangeError(
          `Image ${image + 1} has ${
            t * h * w
          } visual tokens, but the row has ${k} for it`,
        );
      }
      positions[i] = next + Math.floor(k / (h * w));
      positions[length + i] = next + Math.floor(k / w) % h;
      positions[2 * length + i] = next + k % w;
    }
    next += Math.max(t, h, w);
    image++;
  }
  if (image !== grids.length) {
    throw new RangeError(
      `The row has visual tokens for ${image} of ${grids.length} images`,
    );
  }
  return { positions, delta: next - length };
}

/**
 * Row and column of each patch for the vision tower's 2-D rotary positions, in the order of
 * the patches: merge squares row by row, and row by row inside a square.
 *
 * @returns [2, patches]: rows, then columns.
 *
 * @example
 * ```ts
 * import { visionPositions } from "./mrope.ts";
 *
 * visionPositions([1, 2, 4], 2);
 * // rows 0 0 1 1 0 0 1 1, columns 0 1 0 1 2 3 2 3
 * ```
 */
export function visionPositions([t, h, w]: Grid, spatialMergeSize: number): Int32Array {
  const merge = spatialMergeSize, patches = t * h * w;
  const positions = new Int32Array(2 * patches);
  let i = 0;
  for (let frame = 0; frame < t; frame++) {
    for (let top = 0; top < h; top += merge) {
      for (let left = 0; left < w; left += merge) {
        for (let k = 0; k < merge * merge; k++, i++) {
          positions[i] = top + Math.floor(k / merge);
          positions[patches + i] = left + k % merge;
        }
      }
    }
  }
  return positions;
}
