import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { swiglu } from "../ops/activations.ts";
import { attention } from "../ops/attention.ts";
import { rmsNorm } from "../ops/rms_norm.ts";
import { rotary, type RotaryTable, rotaryTable } from "../ops/rotary.ts";
import { replaceRows, type RowPlaces, rowPlaces } from "../ops/replace_rows.ts";
import { dense, parameter, type Weights } from "../weights/weights.ts";
import type { Qwen2VlConfig } from "./config.ts";

/** Rows of tokens, padded to one length; the mask says which tokens attend to which. */
export interface Packed {
  readonly rows: number;
  readonly length: number;
  /** [rows · length] */
  readonly tokenIds: Int32Array;
  /** M-RoPE positions, [3 · rows · length]: time, height, width. */
  readonly positions: Int32Array;
  /** [rows, length, length]: 0 where the query (second axis) may attend, −1e9 elsewhere. */
  readonly mask: tf.Tensor3D;
  /** Flat index of each image token, in the order of the vision features. */
  readonly imageSlots: Int32Array;
}

/** Added to the score of keys that a query may not attend to. */
export const MASKED = -1e9;

/** Attention between projected tokens: q [n, heads, d], k and v [n, kvHeads, d] → [n, heads, d]. */
export type Attend = (
  layer: number,
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
) => tf.Tensor;

/** Tokens as the text tower takes them, n of them; the caller disposes of the tensors. */
export interface TextInputs {
  /** [n], int32 */
  readonly tokenIds: tf.Tensor1D;
  readonly table: RotaryTable;
  /** Where vision features replace embeddings; absent if the tokens hold no image. */
  readonly images?: RowPlaces;
}

/**
 * Packed tokens as tensors.
 *
 * @param features Rows of the vision features: as many as image tokens, or more.
 */
export function textInputs(
  config: Qwen2VlConfig,
  { tokenIds, positions, imageSlots }: Pick<
    Packed,
    "tokenIds" | "positions" | "imageSlots"
  >,
  features = imageSlots.length,
): TextInputs {
  return {
    tokenIds: tf.tensor1d(tokenIds, "int32"),
    table: mropeTable(config, positions),
    ...imageSlots.length > 0 && {
      images: rowPlaces(tokenIds.length, imageSlots, features),
    },
  };
}

/** Attention within packed rows, by their mask. */
export function packedAttention(
  { rows, length, mask }: Pick<Packed, "rows" | "length" | "mask">,
): Attend {
  const batched = (x: tf.Tensor3D) =>
    x.reshape([rows, length, x.shape[1], x.shape[2]]) as tf.Tensor4D;
  return (_layer, q, k, v) =>
    attention(
      batched(q),
      batched(k),
      batched(v),
      mask.reshape([rows, 1, length, length]) as tf.Tensor4D,
    );
}

/** What {@linkcode decoderLayers} gives. */
export interface DecoderOptions {
  /** First token whose last hidden state is needed. Default: all of them. */
  readonly from?: number;
  /** Receives the hidden states of all tokens after one layer. */
  readonly tap?: {
    readonly layer: number;
    readonly onHidden: (hidden: tf.Tensor2D) => void;
  };
}

/**
 * Qwen2-VL's text decoder.
 *
 * @param attend Which tokens attend to which.
 * @param visionFeatures [features, hiddenSize]
 * @returns Final-normed hidden states of the tokens from `from` on, [tokens, hiddenSize].
 */
export function textTower(
  weights: Weights,
  config: Qwen2VlConfig,
  inputs: TextInputs,
  attend: Attend,
  visionFeatures?: tf.Tensor2D,
  options?: DecoderOptions,
): tf.Tensor2D {
  return decoderLayers(
    weights,
    config,
    tokenEmbeddings(weights, inputs, visionFeatures),
    inputs.table,
    attend,
    options,
  );
}

/** Embeddings of tokens, with the vision features in the places of the image tokens. */
export function tokenEmbeddings(
  weights: Weights,
  { tokenIds, images }: Pick<TextInputs, "tokenIds" | "images">,
  visionFeatures?: tf.Tensor2D,
): tf.Tensor2D {
  const words = tf.gather(
    parameter<tf.Tensor2D>(weights, "model.embed_tokens.weight"),
    tokenIds,
  );
  const features = visionFeatures?.shape[0] ?? 0, slots = images?.indices.shape[0] ?? 0;
  if (features !== slots) {
    throw new RangeError(
      `The prompt holds ${slots} image tokens, the images give ${features} features: expand one image token per merged patch`,
    );
  }
  return visionFeatures === undefined || images === undefined
    ? words
    : replaceRows(words, visionFeatures, images);
}

/**
 * The decoder's layers and final norm, with any attention. A layer frees what it no
 * longer needs; `attend` keeps tensors that it needs afterwards with `tf.keep`.
 *
 * @param x [n, hiddenSize]
 * @returns [n − from, hiddenSize]
 */
export function decoderLayers(
  weights: Weights,
  config: Qwen2VlConfig,
  x: tf.Tensor2D,
  table: RotaryTable,
  attend: Attend,
  { from = 0, tap }: DecoderOptions = {},
): tf.Tensor2D {
  const { layers, heads: numHeads, kvHeads, headDim: d, rmsNormEps } = config.text;
  const n = x.shape[0];
  const norm = (name: string, t: tf.Tensor2D) =>
    rmsNorm(t, parameter(weights, `${name}.weight`), rmsNormEps);
  const heads = (t: tf.Tensor2D, count: number) =>
    t.reshape([n, count, d]) as tf.Tensor3D;

  for (let layer = 0; layer < layers; layer++) {
    // Others see a token's keys and values only: in the last layer, that is all it is for.
    const needed = (t: tf.Tensor2D) =>
      layer + 1 < layers || from === 0 ? t : tf.slice(t, [from, 0], [-1, -1]);
    x = tf.tidy(() => {
      const block = `model.layers.${layer}`;
      const normed = norm(`${block}.input_layernorm`, x);
      const q = heads(dense(weights, `${block}.self_attn.q_proj`, normed), numHeads);
      const k = heads(dense(weights, `${block}.self_attn.k_proj`, normed), kvHeads);
      const v = heads(dense(weights, `${block}.self_attn.v_proj`, normed), kvHeads);
      const seen = attend(layer, rotary(q, table), rotary(k, table), v)
        .reshape([n, numHeads * d]) as tf.Tensor2D;
      const mixed = dense(weights, `${block}.self_attn.o_proj`, needed(seen));
      const y = needed(x).add(mixed) as tf.Tensor2D;
      const inner = norm(`${block}.post_attention_layernorm`, y);
      const gated = swiglu(
        dense(weights, `${block}.mlp.gate_proj`, inner),
        dense(weights, `${block}.mlp.up_proj`, inner),
      );
      return y.add(dense(weights, `${block}.mlp.down_proj`, gated));
    });
    if (tap?.layer === layer) tap.onHidden(x);
  }
  return norm("model.norm", x);
}

/**
 * M-RoPE: pair i of a head turns by position · θ^(−2i/d), with the position in time, height or
 * width according to the section of i (Qwen2-VL, section 2.1).
 *
 * @param positions [3 · n]
 */
export function mropeTable(config: Qwen2VlConfig, positions: Int32Array): RotaryTable {
  return rotaryTable(
    mropeAngles(config, positions),
    positions.length / 3,
    config.text.headDim,
  );
}

/** The angles of {@linkcode mropeTable}, [n · headDim / 2]. */
export function mropeAngles(
  config: Qwen2VlConfig,
  positions: Int32Array,
): Float32Array {
  const { headDim: d, ropeTheta, mropeSection } = config.text;
  const half = d / 2, n = positions.length / 3;
  const axisOf = mropeSection.flatMap((size, axis) => Array<number>(size).fill(axis));
  const frequency = Float64Array.from(
    { length: half },
    (_, i) => ropeTheta ** (-i / half),
  );
  const angles = new Float32Array(n * half);
  for (let token = 0; token < n; token++) {
    for (let i = 0; i < half; i++) {
      angles[token * half + i] = positions[axisOf[i]! * n + token]! * frequency[i]!;
    }
  }
  return angles;
}
