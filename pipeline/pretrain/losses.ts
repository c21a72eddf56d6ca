import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { op } from "../../stages/model/ops/op.ts";
import { linear } from "../../stages/model/ops/linear.ts";
import { rmsNorm } from "../../stages/model/ops/rms_norm.ts";
import { parameter, type Weights } from "../../stages/model/weights/weights.ts";
import type { PatchTargets } from "./patch_targets.ts";
import type { TokenKinds } from "./token_targets.ts";

/**
 * Cross-entropy with soft targets: L = Σᵢ wᵢ Σᵥ −tᵢᵥ log softmax(zᵢ)ᵥ / Σᵢ wᵢ.
 *
 * dL/dz = wᵢ (softmax(zᵢ) − tᵢ) / Σ w, for rows of t that sum to 1.
 *
 * @param logits z, [n, classes]
 * @param targets t, [n, classes], each row a distribution.
 * @param weights w, [n, 1], not all 0.
 * @returns A scalar in nats.
 */
export function softCrossEntropy(
  logits: tf.Tensor2D,
  targets: tf.Tensor2D,
  weights: tf.Tensor2D,
): tf.Scalar {
  return op(
    { logits },
    (save) => {
      const shifted = tf.sub(logits, tf.max(logits, 1, true));
      const exps = tf.exp(shifted);
      const total = tf.sum(exps, 1, true);
      const share = tf.div(weights, tf.sum(weights));
      const p = tf.div(exps, total);
      save(tf.mul(tf.sub(p, targets), share));
      const surprise = tf.sub(tf.log(total), tf.sum(tf.mul(targets, shifted), 1, true));
      return tf.sum(tf.mul(share, surprise)) as tf.Scalar;
    },
    (dy: tf.Scalar, [slope]) => ({ logits: () => tf.mul(slope!, dy) }),
  );
}

/**
 * Mean absolute error over weighted rows: L = Σᵢ wᵢ mean |xᵢ − tᵢ| / Σᵢ wᵢ.
 *
 * @param x [n, d]
 * @param targets t, [n, d]
 * @param weights w, [n, 1]; if all are 0, the loss is 0.
 */
export function weightedL1(
  x: tf.Tensor2D,
  targets: tf.Tensor2D,
  weights: tf.Tensor2D,
): tf.Scalar {
  const d = x.shape[1];
  return op(
    { x },
    (save) => {
      const difference = tf.sub(x, targets);
      const share = tf.div(weights, tf.maximum(tf.sum(weights), 1e-6).mul(d));
      save(tf.mul(tf.sign(difference), share));
      return tf.sum(tf.mul(tf.abs(difference), share)) as tf.Scalar;
    },
    (dy: tf.Scalar, [slope]) => ({ x: () => tf.mul(slope!, dy) }),
  );
}

/**
 * Parameters that pre-training needs and the saved model does not have: the background's vector
 * among the name embeddings, and linear heads for offsets and boxes.
 */
export function initialHeads(width: number, seed: number): Map<string, tf.Tensor> {
  const normal = (shape: [number, number], word: number) =>
    tf.randomNormal(shape, 0, 0.02, "float32", seed + word);
  return new Map<string, tf.Tensor>([
    ["heads.background", normal([1, width], 1)],
    ["heads.gain", tf.ones([width])],
    ["heads.offsets.weight", normal([4, width], 2)],
    ["heads.offsets.bias", tf.fill([4], 0.5)],
    ["heads.box_norm", tf.ones([width])],
    ["heads.box.weight", normal([4, width], 3)],
    ["heads.box.bias", tf.fill([4], 0.5)],
    ["heads.corners.weight", normal([4 * width, width], 4)],
  ]);
}

/** The dense losses on visual tokens, as scalars. */
export interface PatchLosses {
  /** Cross-entropy of the object that a cell lies on, nats. */
  readonly patchClass: tf.Scalar;
  /** L1 of the distances to the object's sides, in units of `OFFSET_UNIT`. */
  readonly patchOffsets: tf.Scalar;
  /** Logits of the patch classes, [tokens, names + 1], for the accuracy. */
  readonly patchLogits: tf.Tensor2D;
}

/**
 * Patch classification against the (tied) embeddings of the names, and offsets to the sides.
 *
 * @param weights The model's parameters and {@link initialHeads}.
 * @param features Merged visual tokens, [tokens, width].
 * @param nameIds Token ids of the names, in the order of the classes.
 */
export function patchLosses(
  weights: Weights,
  features: tf.Tensor2D,
  nameIds: Int32Array,
  targets: PatchTargets,
): PatchLosses {
  const normed = rmsNorm(features, parameter(weights, "heads.gain"), 1e-6);
  const names = tf.gather(
    parameter<tf.Tensor2D>(weights, "model.embed_tokens.weight"),
    tf.tensor1d(nameIds, "int32"),
  );
  const background = parameter<tf.Tensor2D>(weights, "heads.background");
  const rows = tf.concat([names, background]) as tf.Tensor2D;
  const patchLogits = linear(normed, rows);
  const { labels, labelWeights, offsets, boxWeights } = targets;
  const n = labels.length;
  const offsetsRead = linear(
    normed,
    parameter(weights, "heads.offsets.weight"),
    parameter(weights, "heads.offsets.bias"),
  );
  return {
    patchLogits,
    patchClass: softCrossEntropy(
      patchLogits,
      tf.oneHot(tf.tensor1d(labels, "int32"), nameIds.length + 1)
        .toFloat() as tf.Tensor2D,
      tf.tensor2d(labelWeights, [n, 1]),
    ),
    patchOffsets: weightedL1(
      offsetsRead,
      tf.tensor2d(offsets, [n, 4]),
      tf.tensor2d(boxWeights, [n, 1]),
    ),
  };
}

/**
 * L1 of the absolute box of the object that each visual token lies on, in units of the image's
 * sides, read from the text model's hidden states at the visual tokens.
 *
 * @param hidden [tokens, width], rows in the order of the visual tokens.
 */
export function boxLoss(
  weights: Weights,
  hidden: tf.Tensor2D,
  targets: PatchTargets,
): tf.Scalar {
  const normed = rmsNorm(hidden, parameter(weights, "heads.box_norm"), 1e-6);
  const boxes = linear(
    normed,
    parameter(weights, "heads.box.weight"),
    parameter(weights, "heads.box.bias"),
  );
  const n = targets.labels.length;
  return weightedL1(
    boxes,
    tf.tensor2d(targets.boxes, [n, 4]),
    tf.tensor2d(targets.boxWeights, [n, 1]),
  );
}

/**
 * Soft cross-entropy of the corners' coordinate tokens, read from the text model's hidden
 * states at the visual tokens on objects: a linear map for each corner, then the (tied)
 * embeddings of the coordinates.
 *
 * What a visual token knows of its box then lies in the directions of the coordinate tokens,
 * as its class lies in those of the names: an answer only has to look and copy.
 *
 * @param hidden [tokens, width], rows in the order of the visual tokens.
 */
export function cornerLoss(
  weights: Weights,
  hidden: tf.Tensor2D,
  targets: PatchTargets,
  kinds: TokenKinds,
): tf.Scalar {
  const n = targets.objectCells.length,
    width = hidden.shape[1],
    bins = kinds.first.length;
  const rows = tf.gather(hidden, tf.tensor1d(targets.objectCells, "int32"));
  const normed = rmsNorm(rows, parameter(weights, "heads.box_norm"), 1e-6);
  const wanted = linear(normed, parameter(weights, "heads.corners.weight"));
  const embeddings = parameter<tf.Tensor2D>(weights, "model.embed_tokens.weight");
  const logits = (corners: tf.Tensor, ids: readonly number[]) =>
    linear(
      corners.reshape([-1, width]) as tf.Tensor2D,
      tf.gather(embeddings, tf.tensor1d([...ids], "int32")),
    );
  const [first, further] = tf.split(wanted, [width, 3 * width], 1);
  const shares = tf.tensor3d(targets.corners, [n, 4, bins]);
  const [firstShares, furtherShares] = tf.split(shares, [1, 3], 1);
  const even = (count: number) => tf.ones([count, 1]) as tf.Tensor2D;
  const loss = (
    corners: tf.Tensor,
    ids: readonly number[],
    shares: tf.Tensor,
    m: number,
  ) =>
    softCrossEntropy(
      logits(corners, ids),
      shares.reshape([m, bins]) as tf.Tensor2D,
      even(m),
    );
  return tf.addN([
    tf.mul(loss(first!, kinds.first, firstShares!, n), 0.25),
    tf.mul(loss(further!, kinds.further, furtherShares!, 3 * n), 0.75),
  ]) as tf.Scalar;
}
