import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { attention } from "../ops/attention.ts";
import { rotary, type RotaryTable, rotaryTable } from "../ops/rotary.ts";
import { dense, type Weights } from "../weights/weights.ts";
import type { Qwen2VlConfig } from "./config.ts";
import { type Grid, visionPositions } from "./mrope.ts";

/** Neighbouring groups of equally many patches; each group attends only to itself. */
export interface Run {
  /** First patch. */
  readonly start: number;
  readonly groups: number;
  /** Patches of a group. */
  readonly length: number;
}

/** Patches of each frame of each image. */
export function frameLengths(grids: readonly Grid[]): number[] {
  return grids.flatMap(([t, h, w]) => Array<number>(t).fill(h * w));
}

/** Groups of patches, one after another, gathered in runs of equal ones: they attend as one batch. */
export function runsOf(lengths: readonly number[]): Run[] {
  const runs: { start: number; groups: number; length: number }[] = [];
  let start = 0;
  for (const length of lengths) {
    const last = runs.at(-1);
    if (last?.length === length) last.groups++;
    else runs.push({ start, groups: 1, length });
    start += length;
  }
  return runs;
}

/**
 * Attention of a block of the vision tower, with its projections.
 *
 * @param block Name of the block, "visual.blocks.0".
 * @param x [patches, width]
 * @param runs Which patches attend to each other; they cover all patches.
 * @returns [patches, width]
 */
export function visionAttention(
  weights: Weights,
  block: string,
  x: tf.Tensor2D,
  heads: number,
  table: RotaryTable,
  runs: readonly Run[],
): tf.Tensor2D {
  const [n, width] = x.shape;
  const d = width / heads;
  const [q, k, v] = tf.split(dense(weights, `${block}.attn.qkv`, x), 3, 1)
    .map((part) => part.reshape([n, heads, d]) as tf.Tensor3D);
  const turned = [rotary(q!, table), rotary(k!, table), v!];

  const outputs = runs.map(({ start, groups, length }) => {
    const patches = groups * length;
    const [rq, rk, rv] = turned.map((t) =>
      (patches === n ? t : tf.slice(t, [start, 0, 0], [patches, -1, -1]))
        .reshape([groups, length, heads, d]) as tf.Tensor4D
    );
    return attention(rq!, rk!, rv!).reshape([patches, width]) as tf.Tensor2D;
  });
  const joined = outputs.length === 1 ? outputs[0]! : tf.concat(outputs);
  return dense(weights, `${block}.attn.proj`, joined);
}

/**
 * Two-dimensional rotary positions: half of a head's pairs turn with the row, half with the
 * column.
 *
 * @param order Index of the patch in each place. Default: their own order.
 */
export function visionRotary(
  config: Qwen2VlConfig,
  grids: readonly Grid[],
  order?: Int32Array,
): RotaryTable {
  const { embedDim, numHeads, spatialMergeSize, ropeTheta } = config.vision;
  const d = embedDim / numHeads, quarter = d / 4;
  const rows: number[] = [], columns: number[] = [];
  for (const grid of grids) {
    const positions = visionPositions(grid, spatialMergeSize);
    const patches = positions.length / 2;
    for (let patch = 0; patch < patches; patch++) {
      rows.push(positions[patch]!);
      columns.push(positions[patches + patch]!);
    }
  }
  const n = rows.length;
  const frequency = Float64Array.from(
    { length: quarter },
    (_, j) => ropeTheta ** (-j / quarter),
  );
  const angles = new Float32Array(n * 2 * quarter);
  let at = 0;
  for (let place = 0; place < n; place++) {
    const patch = order === undefined ? place : order[place]!;
    for (const position of [rows[patch]!, columns[patch]!]) {
      for (let j = 0; j < quarter; j++) angles[at++] = position * frequency[j]!;
    }
  }
  return rotaryTable(angles, n, d);
}
