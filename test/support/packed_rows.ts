import * as tf from "@tensorflow/tfjs";
import type { Segment } from "../../stages/model/qwen2_vl/segments.ts";
import { MASKED, type Packed } from "../../stages/model/qwen2_vl/text.ts";

/**
 * Rows of tokens, padded on the right to the longest, with a causal mask: the plain form that packed
 * prefixes are compared with. The caller disposes of `mask`.
 *
 * @param imageToken Id of the tokens that stand for vision features.
 */
export function packRows(rows: readonly Segment[], imageToken: number): Packed {
  const length = Math.max(...rows.map(({ tokenIds }) => tokenIds.length));
  const n = rows.length * length;
  const tokenIds = new Int32Array(n), positions = new Int32Array(3 * n);
  const mask = new Float32Array(n * length).fill(MASKED);
  const imageSlots: number[] = [];
  rows.forEach((row, r) => {
    const size = row.tokenIds.length, start = r * length;
    tokenIds.set(row.tokenIds, start);
    row.tokenIds.forEach((id, i) => {
      if (id === imageToken) imageSlots.push(start + i);
    });
    for (let axis = 0; axis < 3; axis++) {
      const line = row.positions.subarray(axis * size, (axis + 1) * size);
      positions.set(line, axis * n + start);
    }
    for (let i = 0; i < length; i++) {
      mask.fill(0, (start + i) * length, (start + i) * length + i + 1);
    }
  });
  return {
    rows: rows.length,
    length,
    tokenIds,
    positions,
    mask: tf.tensor3d(mask, [rows.length, length, length]),
    imageSlots: Int32Array.from(imageSlots),
  };
}
