import * as tf from "@tensorflow/tfjs";
import { gelu, quickGelu } from "../ops/activations.ts";
import { layerNorm } from "../ops/layer_norm.ts";
import { linear } from "../ops/linear.ts";
import { dense, parameter, type Weights } from "../weights.ts";
import type { Qwen2VlConfig } from "./config.ts";
import type { Grid } from "./mrope.ts";
import {
  frameLengths,
  runsOf,
  visionAttention,
  visionRotary,
} from "./vision_attention.ts";

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
  const table = visionRotary(config, grids);
  const runs = runsOf(frameLengths(grids));
  const kernel = parameter(weights, "visual.patch_embed.proj.weight");
  let x = linear(pixelValues, kernel.reshape([embedDim, -1]) as tf.Tensor2D);
  for (let layer = 0; layer < depth; layer++) {
    const block = `visual.blocks.${layer}`;
    x = tf.tidy(() => {
      const normed = norm(weights, `${block}.norm1`, x);
      const y = x.add(visionAttention(weights, block, normed, numHeads, table, runs));
      const inner = quickGelu(
        dense(
          weights,
          `${block}.mlp.fc1`,
          norm(weights, `${block}.norm2`, y as tf.Tensor2D),
        ),
      );
      return y.add(dense(weights, `${block}.mlp.fc2`, inner));
    });
  }
  return x;
}

/** The patch merger: [patches, embedDim] to [patches / merge², hiddenSize]. */
export function mergePatches(
  weights: Weights,
  config: Qwen2VlConfig,
  patches: tf.Tensor2D,
): tf.Tensor2D {
  return mergeSquares(weights, config, norm(weights, "visual.merger.ln_q", patches));
}

/** The merger behind its norm: the patches of a square become one visual token. */
export function mergeSquares(
  weights: Weights,
  config: Qwen2VlConfig,
  normed: tf.Tensor2D,
): tf.Tensor2D {
  const { embedDim, spatialMergeSize } = config.vision;
  const square = normed
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
