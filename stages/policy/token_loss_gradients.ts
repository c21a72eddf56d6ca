import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { op } from "../model/ops/op.ts";
import { tokenLogProbs } from "../model/ops/token_log_probs.ts";
import { packRows, textSegment } from "../model/qwen2_vl/pack.ts";
import type { TokenLoss, TokenStatistics } from "./policy.ts";
import { promptFeatures } from "../model/prompt_features.ts";
import type { PromptTokens } from "../model/prompt_tokens.ts";
import type { Qwen2VlConfig } from "../model/qwen2_vl/config.ts";
import { outputHead } from "../model/qwen2_vl/output_head.ts";
import { textTower } from "../model/qwen2_vl/text.ts";
import type { Weights } from "../model/weights/weights.ts";

/** A prompt and its completions, which share the prompt's computation. */
export interface LearningRow {
  readonly prompt: PromptTokens;
  readonly completions: readonly (readonly number[])[];
}

/** The model's output for the rows' completions, one entry per completion, row by row. */
export interface Forward {
  /** [completion tokens, 2]: log-probability and entropy; the caller disposes of it. */
  readonly statistics: tf.Tensor2D;
  /** Tokens of each completion. */
  readonly lengths: readonly number[];
  /** Tokens that went through the text model, padding not counted. */
  readonly numTokens: number;
}

/**
 * Log-probability and entropy of every completion token.
 *
 * A row holds its prompt without the last token, then for each completion that last
 * token and the completion without its own last: every position of a completion's block predicts
 * one of its tokens, and P + Σ Rᵢ tokens go through the model instead of Σ (P + Rᵢ).
 *
 * @param visionFeatures Of all rows' images. Default: computed from the prompts.
 */
export function forward(
  weights: Weights,
  config: Qwen2VlConfig,
  rows: readonly LearningRow[],
  temperature: number,
  visionFeatures?: tf.Tensor2D,
): Forward {
  const packed = packRows(
    rows.map(({ prompt, completions }) => ({
      prefix: prefixOf(prompt),
      blocks: completions.map((completion) =>
        textSegment(
          [prompt.tokenIds.at(-1)!, ...completion.slice(0, -1)],
          prompt.nextPosition - 1,
        )
      ),
    })),
    config.tokens.image,
  );
  const predictors: number[] = [], targets: number[] = [], lengths: number[] = [];
  rows.forEach(({ completions }, row) =>
    completions.forEach((completion, block) => {
      const start = row * packed.length + packed.blockStarts[row]![block]!;
      completion.forEach((token, i) => {
        predictors.push(start + i);
        targets.push(token);
      });
      lengths.push(completion.length);
    })
  );
  const features = visionFeatures ??
    promptFeatures(weights, config, rows.map(({ prompt }) => prompt));
  const hidden = textTower(weights, config, packed, features);
  const statistics = tokenLogProbs(
    tf.gather(hidden, tf.tensor1d(predictors, "int32")),
    outputHead(weights, config),
    Int32Array.from(targets),
    temperature,
  );
  const numTokens = rows.reduce((sum, { prompt }) => sum + prompt.tokenIds.length, 0) +
    targets.length;
  return { statistics, lengths, numTokens };
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

/** Rows of [tokens, 2] statistics as records, one per completion. */
export function toStatistics(
  values: Float32Array,
  lengths: readonly number[],
  reference?: Float32Array,
): TokenStatistics[] {
  let at = 0;
  return lengths.map((length) => {
    const column = (source: Float32Array, c: number, start: number) =>
      Array.from({ length }, (_, i) => source[2 * (start + i) + c]!);
    const record = {
      logProbs: column(values, 0, at),
      entropies: column(values, 1, at),
      ...(reference && { referenceLogProbs: column(reference, 0, at) }),
    };
    at += length;
    return record;
  });
}

/** Value, gradients and statistics of one micro-batch. */
export interface LossGradients<M> {
  readonly loss: number;
  /** By parameter name; the caller disposes of them. Unused parameters have no entry. */
  readonly gradients: Map<string, tf.Tensor>;
  readonly statistics: readonly TokenStatistics[];
  /** What the loss reported of each sequence. */
  readonly metrics: readonly M[];
  readonly numTokens: number;
}

/**
 * Gradients of a loss on the tokens' log-probabilities to the `trainable` parameters.
 *
 * The loss is computed in double precision outside of the graph; its gradient to the
 * log-probabilities is what the backward pass starts from.
 *
 * @param first Index of the rows' first completion in the whole batch, for the loss.
 * @param reference Statistics of the same rows under the frozen reference, [tokens · 2].
 */
export function tokenLossGradients<M>(
  weights: Weights,
  config: Qwen2VlConfig,
  rows: readonly LearningRow[],
  trainable: ReadonlyMap<string, tf.Tensor>,
  loss: TokenLoss<M>,
  first: number,
  temperature: number,
  visionFeatures?: tf.Tensor2D,
  reference?: Float32Array,
): LossGradients<M> {
  let result: Omit<LossGradients<M>, "gradients"> | undefined;

  const names = [...trainable.keys()];
  const { value, grads } = tf.tidy(() =>
    tf.engine().gradients(() => {
      const { statistics, lengths, numTokens } = forward(
        weights,
        config,
        rows,
        temperature,
        visionFeatures,
      );
      return op(
        { statistics },
        (save) => {
          const values = statistics.dataSync() as Float32Array;
          const records = toStatistics(values, lengths, reference);
          const { loss: value, gradients, metrics = [] } = loss(records, first);
          result = { loss: value, statistics: records, metrics, numTokens };
          save(gradientTensor(gradients, values.length / 2));
          return tf.scalar(value);
        },
        (_dy, [gradient]) => ({ statistics: () => gradient!.clone() }),
      );
    }, [...trainable.values()])
  );
  value.dispose();
  const gradients = new Map<string, tf.Tensor>();
  names.forEach((name, i) => {
    // tfjs gives null for a parameter that the loss does not depend on.
    const gradient = grads[i] as tf.Tensor | null | undefined;
    if (gradient) gradients.set(name, gradient);
  });
  return { ...result!, gradients };
}

/** Gradients to [tokens, 2] statistics; none flows to the entropies. */
function gradientTensor(
  gradients: readonly (readonly number[])[],
  tokens: number,
): tf.Tensor2D {
  const values = new Float32Array(2 * tokens);
  let at = 0;
  for (const row of gradients) {
    for (const g of row) {
      values[at] = g;
      at += 2;
    }
  }
  return tf.tensor2d(values, [tokens, 2]);
}
