import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { compiled } from "../engine/compiled/compiled.ts";
import { enterPhase } from "../engine/phases.ts";
import { op } from "../model/ops/op.ts";
import { prefixAttention } from "../model/ops/prefix_attention.ts";
import { tokenLogProbs } from "../model/ops/token_log_probs.ts";
import type { Qwen2VlConfig } from "../model/qwen2_vl/config.ts";
import { outputHead } from "../model/qwen2_vl/output_head.ts";
import { textTower } from "../model/qwen2_vl/text.ts";
import { hasCommonForm, visionTower } from "../model/vision_tower.ts";
import { allTensors, type Weights, weightsForm } from "../model/weights/weights.ts";
import { type LearningInputs, tensorsOf } from "./learning_inputs.ts";
import type { TokenLoss, TokenStatistics } from "./policy.ts";

/**
 * Log-probability and entropy of every completion token.
 *
 * @returns [tokens, 2], completion by completion; if a size was rounded up, more rows follow that
 * mean nothing. The caller disposes of it.
 */
export function forward(
  weights: Weights,
  config: Qwen2VlConfig,
  inputs: LearningInputs,
  temperature: number,
): tf.Tensor2D {
  const [statistics] = compiled(
    formOf("forward", weights, config, inputs, temperature),
    [...tensorsOf(inputs), ...allTensors(weights)],
    () => [tokenStatistics(weights, config, inputs, temperature)],
    { eager: isRare(inputs) },
  );
  return statistics!;
}

/** What {@linkcode tokenStatistics} depends on besides tensors. */
function formOf(
  name: string,
  weights: Weights,
  config: Qwen2VlConfig,
  { images }: LearningInputs,
  temperature: number,
): string {
  return JSON.stringify([name, config, weightsForm(weights), images?.grids, temperature]);
}

/** Whether the images, if their features are not known, hardly come again in these sizes. */
function isRare({ images }: LearningInputs): boolean {
  return images !== undefined && !hasCommonForm(images);
}

/** Log-probability and entropy of every completion token, [tokens of blocks, 2]. */
function tokenStatistics(
  weights: Weights,
  config: Qwen2VlConfig,
  inputs: LearningInputs,
  temperature: number,
): tf.Tensor2D {
  const { text, layout, targets, images } = inputs;
  const features = images === undefined
    ? inputs.features
    : visionTower(weights, config, images);
  const hidden = textTower(
    weights,
    config,
    text,
    (_layer, q, k, v) => prefixAttention(q, k, v, layout),
    features,
    { from: text.tokenIds.size - targets.size },
  );
  return tokenLogProbs(hidden, outputHead(weights, config), targets, temperature);
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
  inputs: LearningInputs,
  trainable: ReadonlyMap<string, tf.Tensor>,
  loss: TokenLoss<M>,
  first: number,
  temperature: number,
  reference?: Float32Array,
): LossGradients<M> {
  const { lengths, numTokens } = inputs;
  const names = [...trainable.keys()];
  let result: Omit<LossGradients<M>, "gradients"> | undefined;
  const between = (values: Float32Array) => {
    enterPhase("loss");
    const statistics = toStatistics(values, lengths, reference);
    const { loss: value, gradients, metrics = [] } = loss(statistics, first);
    result = { loss: value, statistics, metrics, numTokens };
    enterPhase("backward");
    return gradientTensor(gradients, values.length / 2);
  };
  enterPhase("forward");
  const found = compiled(
    `${formOf("learn", weights, config, inputs, temperature)},${names}`,
    [...tensorsOf(inputs), ...allTensors(weights)],
    (cut) => {
      const { grads } = tf.engine().gradients(() => {
        const statistics = tokenStatistics(weights, config, inputs, temperature);
        return op(
          { statistics },
          (save) => {
            save(cut(statistics));
            return tf.scalar(0);
          },
          (_dy, [gradient]) => ({ statistics: () => gradient!.clone() }),
        );
      }, [...trainable.values()]);
      // tfjs gives null for a parameter that the loss does not depend on.
      return (grads as (tf.Tensor | null)[]).map((gradient) =>
        gradient ?? tf.tensor1d([])
      );
    },
    { between, eager: isRare(inputs) },
  );
  const gradients = new Map<string, tf.Tensor>();
  names.forEach((name, i) => {
    if (found[i]!.size > 0) gradients.set(name, found[i]!);
    else found[i]!.dispose();
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
