import type { Grid } from "../qwen2_vl/mrope.ts";

/** Patches in an order that keeps those of a window together. */
export interface WindowOrder {
  /** Index of the patch in each place. */
  readonly order: Int32Array;
  /** Patches of each window, in order. */
  readonly lengths: readonly number[];
}

/**
 * Cuts each frame into windows of `side` x `side` visual tokens; those at the right and at the
 * lower edge are smaller if the frame is not a multiple of them.
 *
 * The order of frames is kept, so that blocks without windows see them whole. Within a frame
 * the larger windows come first: windows of one size then attend as one batch. Their order
 * does not matter to the model, since a window attends only to itself.
 *
 * @param grids Frames, rows and columns of patches of each image.
 * @param merge Side of a visual token in patches.
 * @param side Of a window in visual tokens.
 *
 * @example Three tokens in a row, windows of two
 * ```ts
 * import { windowOrder } from "./windows.ts";
 *
 * windowOrder([[1, 1, 3]], 1, 2); // order 0 1 2, lengths 2 1
 * ```
 */
export function windowOrder(
  grids: readonly Grid[],
  merge: number,
  side: number,
): WindowOrder {
  const unit = merge ** 2;
  const windows: number[][] = []; // of visual tokens
  let first = 0;
  for (const [frames, h, w] of grids) {
    const rows = h / merge, columns = w / merge;
    for (let frame = 0; frame < frames; frame++, first += rows * columns) {
      windows.push(
        ...frameWindows(first, rows, columns, side)
          .sort((a, b) => b.length - a.length),
      );
    }
  }
  const order = new Int32Array(first * unit);
  windows.flat().forEach((token, place) => {
    for (let k = 0; k < unit; k++) order[place * unit + k] = token * unit + k;
  });
  return { order, lengths: windows.map(({ length }) => length * unit) };
}

/** Tokens of each window of one frame, whose first token is `first`. */
function frameWindows(first: number, rows: number, columns: number, side: number) {
  const windows: number[][] = [];
  for (let top = 0; top < rows; top += side) {
    for (let left = 0; left < columns; left += side) {
      const tokens: number[] = [];
      for (let y = top; y < Math.min(top + side, rows); y++) {
        for (let x = left; x < Math.min(left + side, columns); x++) {
          tokens.push(first + y * columns + x);
        }
      }
      windows.push(tokens);
    }
  }
  return windows;
}
