import type * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { quickGelu } from "../ops/activations.ts";
import { layerNorm } from "../ops/layer_norm.ts";
import { dense, parameter, type Weights } from "../weights/weights.ts";
import type { Qwen2VlConfig } from "./config.ts";
import type { Grid } from "./mrope.ts";
import { frameLengths, type Run, runsOf } from "./vision_attention.ts";

/** What differs between the vision towers of families; the rest is `visionTower`. */
export interface VisionParts {
  /** A layer's norm by its name, "visual.blocks.0.norm1": [n, embedDim] to the same. */
  norm(weights: Weights, name: string, x: tf.Tensor2D): tf.Tensor2D;
  /** The feed-forward layers of a block by its name: [n, embedDim] to the same. */
  feedForward(weights: Weights, block: string, x: tf.Tensor2D): tf.Tensor2D;
  layout(config: Qwen2VlConfig, grids: readonly Grid[]): VisionLayout;
}

/** The order of the patches of images, and which of them attend to each other. */
export interface VisionLayout {
  /** Index of the patch in each place. Default: their own order. */
  readonly order?: Int32Array;
  /** Which patches attend to each other in a layer. */
  runs(layer: number): readonly Run[];
}

const NORM_EPSILON = 1e-6;

/** Qwen2-VL's: each frame of each image attends only to itself. */
export const vision: VisionParts = {
  norm: (weights, name, x) =>
    layerNorm(
      x,
      parameter(weights, `${name}.weight`),
      parameter(weights, `${name}.bias`),
      NORM_EPSILON,
    ),
  feedForward: (weights, block, x) =>
    dense(
      weights,
      `${block}.mlp.fc2`,
      quickGelu(dense(weights, `${block}.mlp.fc1`, x)),
    ),
  layout(_, grids) {
    const whole = runsOf(frameLengths(grids));
    return { runs: () => whole };
  },
};
