import * as tf from "@tensorflow/tfjs";
import { linear } from "../../stages/policy/ops/linear.ts";
import type { Qwen2VlConfig } from "../../stages/policy/qwen2_vl/config.ts";
import { textTower, visionTower } from "../../stages/policy/qwen2_vl/model.ts";
import { outputHead } from "../../stages/policy/qwen2_vl/output_head.ts";
import type { Grid } from "../../stages/policy/qwen2_vl/mrope.ts";
import type { Weights } from "../../stages/policy/weights.ts";
import { boxLoss, patchLosses, softCrossEntropy } from "./losses.ts";
import type { PackedBlocks } from "./pack.ts";
import type { PatchTargets } from "./patch_targets.ts";

/** The text layer whose hidden states the absolute box is read from. */
const BOX_LAYER = 1; // the second: the middle of four

/** One batch as plain arrays. */
export interface Batch {
  readonly pictures: number;
  /** As the image processor gives them, pictures one after another. */
  readonly pixelValues: Float32Array;
  readonly patches: PatchTargets;
  /** Absent in the warm-up. */
  readonly blocks?: PackedBlocks;
}

/** The summed loss and what it is made of. */
export interface Objective {
  readonly loss: tf.Scalar;
  /** Scalars by name; parts of the loss before their factors. */
  readonly parts: Readonly<Record<string, tf.Scalar>>;
  /** [visual tokens, names + 1] */
  readonly patchLogits: tf.Tensor2D;
  /** [learnt, vocabulary] */
  readonly tokenLogits?: tf.Tensor2D;
}

/**
 * The loss of one batch:
 *
 *   tokens + presence + patch classes + 2 · offsets + 2 · boxes,
 *
 * the first two and the last only where the batch holds blocks.
 *
 * @param weights The model's parameters and those of the heads.
 * @param nameIds Token ids of the names, in the order of the patch classes.
 * @param grid Patches of each picture.
 */
export function objective(
  weights: Weights,
  config: Qwen2VlConfig,
  nameIds: Int32Array,
  grid: Grid,
  { pictures, pixelValues, patches, blocks }: Batch,
): Objective {
  const rows = pictures * grid[0] * grid[1] * grid[2];
  const features = visionTower(
    weights,
    config,
    tf.tensor2d(pixelValues, [rows, pixelValues.length / rows]),
    Array<Grid>(pictures).fill(grid),
  );
  const { patchClass, patchOffsets, patchLogits } = patchLosses(
    weights,
    features,
    nameIds,
    patches,
  );
  const dense = tf.addN([patchClass, tf.mul(patchOffsets, 2)]) as tf.Scalar;
  const denseParts = { patch_class: patchClass, patch_offsets: patchOffsets };
  if (blocks === undefined) return { loss: dense, parts: denseParts, patchLogits };

  let boxes: tf.Scalar | undefined;
  const hidden = textTower(
    weights,
    config,
    {
      ...blocks,
      mask: tf.tensor3d(blocks.mask, [blocks.rows, blocks.length, blocks.length]),
    },
    features,
    {
      layer: BOX_LAYER,
      onHidden: (hidden) =>
        boxes = boxLoss(
          weights,
          tf.gather(hidden, tf.tensor1d(blocks.imageSlots, "int32")),
          patches,
        ),
    },
  );
  const tokenLogits = linear(
    tf.gather(hidden, tf.tensor1d(blocks.learntSlots, "int32")),
    outputHead(weights, config),
  );
  const { tokens, presence } = tokenLosses(tokenLogits, blocks);
  return {
    loss: tf.addN([dense, tf.mul(boxes!, 2), tokens, ...presence]) as tf.Scalar,
    parts: {
      ...denseParts,
      boxes: boxes!,
      tokens,
      ...presence.length && { presence: presence[0]! },
    },
    patchLogits,
    tokenLogits,
  };
}

/** Blocks after pictures are one mean; the presence questions without a picture another. */
function tokenLosses(tokenLogits: tf.Tensor2D, blocks: PackedBlocks) {
  const [n, vocabulary] = tokenLogits.shape;
  const mean = (from: number, to: number) =>
    softCrossEntropy(
      from === 0 && to === n
        ? tokenLogits
        : tf.slice(tokenLogits, [from, 0], [to - from, -1]),
      tf.tensor2d(blocks.targets.subarray(from * vocabulary, to * vocabulary), [
        to - from,
        vocabulary,
      ]),
      tf.tensor2d(blocks.weights.subarray(from, to), [to - from, 1]),
    );
  const pictures = blocks.learntAfterPictures;
  return {
    tokens: mean(0, pictures),
    presence: pictures < n ? [mean(pictures, n)] : [],
  };
}

function rowsAt(hidden: tf.Tensor2D, indices: Int32Array): tf.Tensor2D {
  return tf.gather(hidden, tf.tensor1d(indices, "int32"));
}
