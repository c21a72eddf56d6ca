import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { gelu } from "./ops/activations.ts";
import { linear } from "./ops/linear.ts";
import { inverted, permuteRows, type RowOrder, rowOrder } from "./ops/permute_rows.ts";
import type { RotaryTable } from "./ops/rotary.ts";
import { FAMILIES } from "./families.ts";
import type { Qwen2VlConfig } from "./qwen2_vl/config.ts";
import type { Grid } from "./qwen2_vl/mrope.ts";
import { type Run, visionAttention, visionRotary } from "./qwen2_vl/vision_attention.ts";
import { dense, parameter, type Weights } from "./weights/weights.ts";

/** Images as the vision tower takes them; the caller disposes of the tensors. */
export interface VisionInputs {
  /** [patches, channels · temporal · patch · patch], images one after another. */
  readonly pixelValues: tf.Tensor2D;
  /** Rotary positions in the tower's order of the patches. */
  readonly table: RotaryTable;
  /** The tower's order of the patches. Default: their own. */
  readonly order?: RowOrder;
  /** Frames, rows and columns of the patches of each image. */
  readonly grids: readonly Grid[];
  /** Which patches attend to each other in a layer; depends on the grids alone. */
  runs(layer: number): readonly Run[];
}

/**
 * Images as tensors.
 *
 * @param pixelValues [patches, channels · temporal · patch · patch], images one after another;
 * becomes part of the inputs.
 * @param grids Frames, rows and columns of patches of each image.
 */
export function visionInputs(
  config: Qwen2VlConfig,
  pixelValues: tf.Tensor2D,
  grids: readonly Grid[],
): VisionInputs {
  const { order, runs } = FAMILIES[config.modelType].vision.layout(config, grids);
  return {
    pixelValues,
    table: visionRotary(config, grids, order),
    ...order !== undefined && { order: rowOrder(order) },
    grids,
    runs,
  };
}

/**
 * Whether it pays to compile a function for images of these grids: if all are square and of one size.
 *
 * A function takes as long as several steps to record. Square images have a few dozen sizes at most,
 * and icons and benchmarks only one; photos have hundreds of grids, so that hardly one of their
 * functions would be called twice.
 */
export function hasCommonForm({ grids }: VisionInputs): boolean {
  const [first] = grids;
  return grids.every(([t, h, w]) => t === first![0] && h === first![1] && w === h);
}

/**
 * The vision transformer of every family: turns patches into one feature per 2 x 2 square of
 * them, with 2-D rotary positions. Families differ in their `VisionParts`.
 *
 * @returns [patches / merge², hidden size of the text model], in the order of the patches.
 */
export function visionTower(
  weights: Weights,
  config: Qwen2VlConfig,
  inputs: VisionInputs,
): tf.Tensor2D {
  return mergePatches(weights, config, patchFeatures(weights, config, inputs));
}

/** The transformer before the merger: [patches, embedDim], in the order of the patches. */
export function patchFeatures(
  weights: Weights,
  config: Qwen2VlConfig,
  { pixelValues, table, order, runs }: VisionInputs,
): tf.Tensor2D {
  const { depth, embedDim, numHeads } = config.vision;
  const { norm, feedForward } = FAMILIES[config.modelType].vision;
  const kernel = parameter(weights, "visual.patch_embed.proj.weight");
  let x = linear(
    order === undefined ? pixelValues : permuteRows(pixelValues, order),
    kernel.reshape([embedDim, -1]) as tf.Tensor2D,
  );
  for (let layer = 0; layer < depth; layer++) {
    const block = `visual.blocks.${layer}`;
    x = tf.tidy(() => {
      const normed = norm(weights, `${block}.norm1`, x);
      const seen = visionAttention(weights, block, normed, numHeads, table, runs(layer));
      const y = x.add(seen) as tf.Tensor2D;
      return y.add(feedForward(weights, block, norm(weights, `${block}.norm2`, y)));
    });
  }
  return order === undefined ? x : permuteRows(x, inverted(order));
}

/** The patch merger: [patches, embedDim] to [patches / merge², hiddenSize]. */
export function mergePatches(
  weights: Weights,
  config: Qwen2VlConfig,
  patches: tf.Tensor2D,
): tf.Tensor2D {
  const { embedDim, spatialMergeSize } = config.vision;
  const { norm } = FAMILIES[config.modelType].vision;
  const square = norm(weights, "visual.merger.ln_q", patches)
    .reshape([-1, embedDim * spatialMergeSize ** 2]) as tf.Tensor2D;
  return dense(
    weights,
    "visual.merger.mlp.2",
    gelu(dense(weights, "visual.merger.mlp.0", square)),
  );
}
