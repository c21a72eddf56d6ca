import * as tf from "@tensorflow/tfjs";
import { swiglu } from "../ops/activations.ts";
import { linear } from "../ops/linear.ts";
import { inverseOrder, permuteRows } from "../ops/permute_rows.ts";
import { rmsNorm } from "../ops/rms_norm.ts";
import type { Qwen2VlConfig } from "../qwen2_vl/config.ts";
import type { Grid } from "../qwen2_vl/mrope.ts";
import {
  frameLengths,
  runsOf,
  visionAttention,
  visionRotary,
} from "../qwen2_vl/vision_attention.ts";
import { mergeSquares } from "../qwen2_vl/vision.ts";
import { dense, parameter, type Weights } from "../weights.ts";
import { windowOrder } from "./windows.ts";

const NORM_EPSILON = 1e-6;

/**
 * Qwen2.5-VL's vision transformer: as Qwen2-VL's, with RMS norms and gated feed-forward layers,
 * and most blocks look at windows of a frame instead of the whole (Qwen2.5-VL, section 2.1.1).
 *
 * @param pixelValues [patches, channels · temporal · patch · patch], pictures one after another.
 * @param grids Frames, rows and columns of patches of each picture.
 * @returns [patches / merge², hidden size of the text model], in the order of the patches.
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

/** The transformer before the merger: [patches, embedDim], in the order of the patches. */
export function patchFeatures(
  weights: Weights,
  config: Qwen2VlConfig,
  pixelValues: tf.Tensor2D,
  grids: readonly Grid[],
): tf.Tensor2D {
  const { depth, embedDim, numHeads, spatialMergeSize, windows } = config.vision;
  if (windows === undefined) {
    throw new RangeError(
      "The vision tower's config has no windows: read it as Qwen2.5-VL",
    );
  }
  const { order, lengths } = windowOrder(grids, spatialMergeSize, windows.side);
  const narrow = runsOf(lengths), whole = runsOf(frameLengths(grids));
  const table = visionRotary(config, grids, order);
  const norm = (name: string, x: tf.Tensor2D) =>
    rmsNorm(x, parameter(weights, `${name}.weight`), NORM_EPSILON);

  const kernel = parameter(weights, "visual.patch_embed.proj.weight");
  let x = linear(
    permuteRows(pixelValues, order),
    kernel.reshape([embedDim, -1]) as tf.Tensor2D,
  );
  for (let layer = 0; layer < depth; layer++) {
    const block = `visual.blocks.${layer}`;
    const runs = windows.fullBlocks.includes(layer) ? whole : narrow;
    x = tf.tidy(() => {
      const normed = norm(`${block}.norm1`, x);
      const y = x.add(visionAttention(weights, block, normed, numHeads, table, runs));
      const inner = norm(`${block}.norm2`, y as tf.Tensor2D);
      const gated = swiglu(
        dense(weights, `${block}.mlp.gate_proj`, inner),
        dense(weights, `${block}.mlp.up_proj`, inner),
      );
      return y.add(dense(weights, `${block}.mlp.down_proj`, gated));
    });
  }
  return permuteRows(x, inverseOrder(order));
}

/** The patch merger: [patches, embedDim] to [patches / merge², hiddenSize]. */
export function mergePatches(
  weights: Weights,
  config: Qwen2VlConfig,
  patches: tf.Tensor2D,
): tf.Tensor2D {
  const scale = parameter<tf.Tensor1D>(weights, "visual.merger.ln_q.weight");
  return mergeSquares(weights, config, rmsNorm(patches, scale, NORM_EPSILON));
}
