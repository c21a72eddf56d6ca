import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { promptImages } from "../model/prompt_features.ts";
import type { PromptTokens } from "../model/prompt_tokens.ts";
import type { Qwen2VlConfig } from "../model/qwen2_vl/config.ts";
import type { PrefixLayout } from "../model/ops/prefix_attention.ts";
import { textSegment } from "../model/qwen2_vl/segments.ts";
import { packPrefixes, rounded } from "../model/qwen2_vl/pack_prefixes.ts";
import { type TextInputs, textInputs } from "../model/qwen2_vl/text.ts";
import type { VisionInputs } from "../model/vision_tower.ts";

/** A prompt and its completions, which share the prompt's computation. */
export interface LearningRow {
  readonly prompt: PromptTokens;
  readonly completions: readonly (readonly number[])[];
}

/** Rows as tensors, for the policy and its reference; see {@linkcode learningInputs}. */
export interface LearningInputs {
  readonly text: TextInputs;
  readonly layout: PrefixLayout;
  /** Token that each token of the blocks predicts, int32; 0 where filled up. */
  readonly targets: tf.Tensor1D;
  /** Vision features of all images, [features, hiddenSize], if they were given. */
  readonly features?: tf.Tensor2D;
  /** All images, if the features are still to be computed. */
  readonly images?: VisionInputs;
  /** Tokens of each completion, row by row. */
  readonly lengths: readonly number[];
  /** Tokens that go through the text model, padding not counted. */
  readonly numTokens: number;
}

/**
 * Prepares rows for {@linkcode forward}: all that depends on the data, nothing on weights.
 *
 * A row's prefix is its prompt without the last token; a completion's block is that last token and
 * the completion without its own last: every token of a block predicts one of the completion, and
 * P + Σ Rᵢ tokens go through the model instead of Σ (P + Rᵢ).
 *
 * @param features Of all rows' images; they belong to the inputs from here on. Default: computed from the
 * images with the model's weights.
 */
export function learningInputs(
  config: Qwen2VlConfig,
  rows: readonly LearningRow[],
  features?: tf.Tensor2D,
): LearningInputs {
  const { tokenIds, positions, imageSlots, blocksStart, layout } = packPrefixes(
    rows.map(({ prompt, completions }) => ({
      prefix: prefixOf(prompt),
      blocks: completions.map((completion) =>
        textSegment(
          [prompt.tokenIds.at(-1)!, ...completion].slice(0, -1),
          prompt.nextPosition - 1,
        )
      ),
    })),
    config.tokens.image,
    config.text,
  );
  const completions = rows.flatMap(({ completions }) => completions);
  const predicted = completions.flat();
  const targets = new Int32Array(tokenIds.length - blocksStart);
  targets.set(predicted);
  const prompts = rows.map(({ prompt }) => prompt);
  const images = features === undefined ? promptImages(config, prompts) : undefined;
  const filled = features && filledUp(features);
  return {
    text: textInputs(
      config,
      { tokenIds, positions, imageSlots },
      filled?.shape[0],
    ),
    layout,
    targets: tf.tensor1d(targets, "int32"),
    ...filled !== undefined && { features: filled },
    ...images !== undefined && { images },
    lengths: completions.map(({ length }) => length),
    numTokens: predicted.length +
      prompts.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0),
  };
}

/** Features with rows of zeros behind them, so that few sizes occur; disposes of the given ones. */
function filledUp(features: tf.Tensor2D): tf.Tensor2D {
  const [rows] = features.shape, missing = rounded(rows, 8) - rows;
  if (missing === 0) return features;
  const filled = tf.pad(features, [[0, missing], [0, 0]]) as tf.Tensor2D;
  features.dispose();
  return filled;
}

/** The prompt without its last token, which every block begins with. */
function prefixOf({ tokenIds, positions }: PromptTokens) {
  const size = tokenIds.length, shared = size - 1;
  const kept = new Int32Array(3 * shared);
  for (let axis = 0; axis < 3; axis++) {
    kept.set(positions.subarray(axis * size, axis * size + shared), axis * shared);
  }
  return { tokenIds: tokenIds.slice(0, -1), positions: kept };
}

/** All tensors of the inputs, always in the same order. */
export function tensorsOf(inputs: LearningInputs): tf.Tensor[] {
  return tf.tensor_util.getTensorsInContainer(inputs as unknown as tf.TensorContainer);
}
