import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { MASKED, type Packed } from "./text.ts";

/** Tokens in a row, with their M-RoPE positions. */
export interface Segment {
  readonly tokenIds: readonly number[];
  /** [3 · tokens]: time, height, width. */
  readonly positions: Int32Array;
}

/** A prefix that several blocks share: each block sees the prefix and itself, causally. */
export interface SharedRow {
  readonly prefix: Segment;
  readonly blocks: readonly Segment[];
}

/** Packed rows, and the start of each block: `blockStarts[row][block]` in [0, length). */
export interface PackedRows extends Packed {
  readonly blockStarts: readonly (readonly number[])[];
}

/**
 * Puts a prefix and its blocks in one row, so that the prefix is computed once: P + Σ Rᵢ
 * tokens instead of Σ (P + Rᵢ). Rows are padded on the right to the longest.
 *
 * The caller disposes of `mask`.
 *
 * @param imageToken Id of the tokens that stand for vision features.
 */
export function packRows(rows: readonly SharedRow[], imageToken: number): PackedRows {
  const lengths = rows.map(({ prefix, blocks }) =>
    blocks.reduce((sum, block) => sum + block.tokenIds.length, prefix.tokenIds.length)
  );
  const length = Math.max(...lengths), n = rows.length * length;
  const tokenIds = new Int32Array(n);
  const positions = new Int32Array(3 * n);
  const mask = new Float32Array(n * length).fill(MASKED);
  const imageSlots: number[] = [];
  const blockStarts: number[][] = [];

  rows.forEach(({ prefix, blocks }, row) => {
    const starts: number[] = [];
    const shared = prefix.tokenIds.length;
    let start = 0;
    for (const segment of [prefix, ...blocks]) {
      if (segment !== prefix) starts.push(start);
      const size = segment.tokenIds.length;
      for (let i = 0; i < size; i++) {
        const column = start + i, slot = row * length + column;
        const id = segment.tokenIds[i]!;
        tokenIds[slot] = id;
        if (id === imageToken) imageSlots.push(slot);
        for (let axis = 0; axis < 3; axis++) {
          positions[axis * n + slot] = segment.positions[axis * size + i]!;
        }
        const line = slot * length;
        if (segment !== prefix) mask.fill(0, line, line + shared);
        mask.fill(0, line + start, line + column + 1);
      }
      start += size;
    }
    // Padding attends to itself, so that no line of the softmax is empty.
    for (let column = start; column < length; column++) {
      mask[(row * length + column) * length + column] = 0;
    }
    blockStarts.push(starts);
  });
  return {
    rows: rows.length,
    length,
    tokenIds,
    positions,
    mask: tf.tensor3d(mask, [rows.length, length, length]),
    imageSlots: Int32Array.from(imageSlots),
    blockStarts,
  };
}

/** Text that starts at `position`: all three axes count up together. */
export function textSegment(tokenIds: readonly number[], position: number): Segment {
  const size = tokenIds.length;
  return {
    tokenIds,
    positions: Int32Array.from({ length: 3 * size }, (_, i) => position + i % size),
  };
}
