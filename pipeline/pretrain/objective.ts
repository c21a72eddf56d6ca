import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { linear } from "../../stages/model/ops/linear.ts";
import type { Qwen2VlConfig } from "../../stages/model/qwen2_vl/config.ts";
import {
  packedAttention,
  textInputs,
  textTower,
} from "../../stages/model/qwen2_vl/text.ts";
import { visionInputs, visionTower } from "../../stages/model/vision_tower.ts";
import { outputHead } from "../../stages/model/qwen2_vl/output_head.ts";
import type { Grid } from "../../stages/model/qwen2_vl/mrope.ts";
import type { Weights } from "../../stages/model/weights/weights.ts";
import { boxLoss, cornerLoss, patchLosses, softCrossEntropy } from "./losses.ts";
import type { PackedBlocks } from "./pack_blocks.ts";
import type { PatchTargets } from "./patch_targets.ts";
import type { TokenKinds } from "./token_targets.ts";

/** The text layer whose hidden states the absolute box is read from. */
const BOX_LAYER = 1; // the second: the middle of four

/**
 * Weight of the distances to an object's sides and of its box, beside cross-entropies: they are
 * small, and with a weight of 2 boxes stay coarse long after the names are known.
 */
const BOX_WEIGHT = 10;
/** Weight of the coordinate tokens that are read from visual tokens. */
const CORNER_WEIGHT = 0.5;

/** One batch as plain arrays. */
export interface Batch {
  readonly pictures: number;
  /** As the image processor gives them, images one after another. */
  readonly pixelValues: Float32Array;
  readonly patches: PatchTargets;
  /** Missing in the warm-up. */
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
  /** Made of the batch, and needed until the gradient has been computed. */
  readonly inputs: readonly tf.Tensor[];
}

/**
 * The loss of one batch:
 *
 *   tokens + presence + patch classes + 10 · (offsets + boxes) + corners / 2,
 *
 * all but the patch classes and the offsets only if the batch holds blocks.
 *
 * @param weights The model's parameters and those of the heads.
 * @param nameIds Token ids of the names, in the order of the patch classes.
 * @param grid Patches of each image.
 */
export function objective(
  weights: Weights,
  config: Qwen2VlConfig,
  nameIds: Int32Array,
  grid: Grid,
  { pictures, pixelValues, patches, blocks }: Batch,
  kinds: TokenKinds,
): Objective {
  const rows = pictures * grid[0] * grid[1] * grid[2];
  const images = visionInputs(
    config,
    tf.tensor2d(pixelValues, [rows, pixelValues.length / rows]),
    Array<Grid>(pictures).fill(grid),
  );
  const features = visionTower(weights, config, images);
  const { patchClass, patchOffsets, patchLogits } = patchLosses(
    weights,
    features,
    nameIds,
    patches,
  );
  const dense = tf.addN([patchClass, tf.mul(patchOffsets, BOX_WEIGHT)]) as tf.Scalar;
  const denseParts = { patch_class: patchClass, patch_offsets: patchOffsets };
  if (blocks === undefined) {
    const inputs = tensorsIn(images);
    return { loss: dense, parts: denseParts, patchLogits, inputs };
  }

  let boxes: tf.Scalar | undefined, corners: tf.Scalar | undefined;
  const text = textInputs(config, blocks);
  const mask = tf.tensor3d(blocks.mask, [blocks.rows, blocks.length, blocks.length]);
  const hidden = textTower(
    weights,
    config,
    text,
    packedAttention({ ...blocks, mask }),
    features,
    {
      tap: {
        layer: BOX_LAYER,
        onHidden: (hidden) => {
          const visual = tf.gather(hidden, tf.tensor1d(blocks.imageSlots, "int32"));
          boxes = boxLoss(weights, visual, patches);
          corners = cornerLoss(weights, visual, patches, kinds);
        },
      },
    },
  );
  const tokenLogits = linear(
    tf.gather(hidden, tf.tensor1d(blocks.learntSlots, "int32")),
    outputHead(weights, config),
  );
  const { tokens, presence } = tokenLosses(tokenLogits, blocks);
  const terms = [
    dense,
    tf.mul(boxes!, BOX_WEIGHT),
    tf.mul(corners!, CORNER_WEIGHT),
    tokens,
    ...presence,
  ];
  return {
    loss: tf.addN(terms) as tf.Scalar,
    parts: {
      ...denseParts,
      boxes: boxes!,
      tokens,
      ...presence.length > 0 && { presence: presence[0]! },
      corners: corners!,
    },
    patchLogits,
    tokenLogits,
    inputs: tensorsIn({ images, text, mask }),
  };
}

function tensorsIn(container: object): tf.Tensor[] {
  return tf.tensor_util.getTensorsInContainer(container as tf.TensorContainer);
}

/** Blocks after images are one mean; the presence questions without an image another. */
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
