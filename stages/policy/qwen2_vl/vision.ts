import * as tf from "@tensorflow/tfjs";
import { gelu, quickGelu } from "../ops/activations.ts";
import { attention } from "../ops/attention.ts";
import { layerNorm } from "../ops/layer_norm.ts";
import { linear } from "../ops/linear.ts";
import { rotary, type RotaryTable, rotaryTable } from "../ops/rotary.ts";
import { dense, parameter, type Weights } from "../weights.ts";
import type { Qwen2VlConfig } from "./config.ts";
import { type Grid, visionPositions } from "./mrope.ts";

const NORM_EPSILON = 1e-6;

/**
 * Qwen2-VL's vision transformer: patches to one feature for each merged 2 x 2 square of them.
 *
 * Each frame of each picture attends to itself alone, with 2-D rotary positions.
 *
 * @param pixelValues [patches, channels · temporal · patch · patch], pictures one after another.
 * @param grids Frames, rows and columns of patches of each picture.
 * @returns [patches / merge², hidden size of the text model]
 */
export function visionTower(
  weights: Weights,
  config: Qwen2VlConfig,
  pixelValues: tf.Tensor2D,
  grids: readonly Grid[],
): tf.Tensor2D {
  return mergePatches(
    weights,
    config,
    patchFeatures(weights, config, pixelValues, grids),
  );
}

/** The transformer before the merger: [patches, embedDim]. */
export function patchFeatures(
  weights: Weights,
  config: Qwen2VlConfig,
  pixelValues: tf.Tensor2D,
  grids: readonly Grid[],
): tf.Tensor2D {
  const { depth, embedDim, numHeads } = config.vision;
  const table = positionTable(config, grids);
  const kernel = parameter(weights, "visual.patch_embed.proj.weight");
  let x = linear(pixelValues, kernel.reshape([embedDim, -1]) as tf.Tensor2D);
  for (let layer = 0; layer < depth; layer++) {
    const block = `visual.blocks.${layer}`;
    x = x.add(
      attend(weights, block, norm(weights, `${block}.norm1`, x), numHeads, table, grids),
    );
    const inner = quickGelu(
      dense(weights, `${block}.mlp.fc1`, norm(weights, `${block}.norm2`, x)),
    );
    x = x.add(dense(weights, `${block}.mlp.fc2`, inner));
  }
  return x;
}

/** The patch merger: [patches, embedDim] to [patches / merge², hiddenSize]. */
export function mergePatches(
  weights: Weights,
  config: Qwen2VlConfig,
  patches: tf.Tensor2D,
): tf.Tensor2D {
  const { embedDim, spatialMergeSize } = config.vision;
  const square = norm(weights, "visual.merger.ln_q", patches)
    .reshape([-1, embedDim * spatialMergeSize ** 2]) as tf.Tensor2D;
  return dense(
    weights,
    "visual.merger.mlp.2",
    gelu(dense(weights, "visual.merger.mlp.0", square)),
  );
}

function norm(weights: Weights, name: string, x: tf.Tensor2D): tf.Tensor2D {
  return layerNorm(
    x,
    parameter(weights, `${name}.weight`),
    parameter(weights, `${name}.bias`),
    NORM_EPSILON,
  );
}

function attend(
  weights: Weights,
  block: string,
  x: tf.Tensor2D,
  heads: number,
  table: RotaryTable,
  grids: readonly Grid[],
): tf.Tensor2D {
  const [n, width] = x.shape;
  const d = width / heads;
  const [q, k, v] = tf.split(dense(weights, `${block}.attn.qkv`, x), 3, 1)
    .map((part) => part.reshape([n, heads, d]) as tf.Tensor3D);
  const turned = [rotary(q!, table), rotary(k!, table), v!];

  // Frames of one size attend as one batch: usually all of them.
  const outputs = runsOfEqualFrames(grids).map(({ start, frames, length }) => {
    const [fq, fk, fv] = turned.map((t) =>
      (frames * length === n ? t : tf.slice(t, [start, 0, 0], [frames * length, -1, -1]))
        .reshape([frames, length, heads, d]) as tf.Tensor4D
    );
    return attention(fq!, fk!, fv!).reshape([frames * length, width]) as tf.Tensor2D;
  });
  const joined = outputs.length === 1 ? outputs[0]! : tf.concat(outputs);
  return dense(weights, `${block}.attn.proj`, joined);
}

/** Neighbouring frames with as many patches each. */
function runsOfEqualFrames(grids: readonly Grid[]) {
  const runs: { start: number; frames: number; length: number }[] = [];
  let start = 0;
  for (const [t, h, w] of grids) {
    const length = h * w;
    const last = runs.at(-1);
    if (last?.length === length) last.frames += t;
    else runs.push({ start, frames: t, length });
    start += t * length;
  }
  return runs;
}

/** Half of a head's pairs turn with the row, half with the column. */
function positionTable(config: Qwen2VlConfig, grids: readonly Grid[]): RotaryTable {
  const { embedDim, numHeads, spatialMergeSize, ropeTheta } = config.vision;
  const d = embedDim / numHeads, quarter = d / 4;
  const positions = grids.map((grid) => visionPositions(grid, spatialMergeSize));
  const n = positions.reduce((sum, p) => sum + p.length / 2, 0);
  const angles = new Float32Array(n * 2 * quarter);
  let at = 0;
  for (const p of positions) {
    const patches = p.length / 2;
    for (let patch = 0; patch < patches; patch++) {
      for (const place of [p[patch]!, p[patches + patch]!]) { // row, column
        for (let j = 0; j < quarter; j++) {
          angles[at++] = place * ropeTheta ** (-j / quarter);
        }
      }
    }
  }
  return rotaryTable(angles, n, d);
}
