import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { compiled, padded } from "../../engine/compiled/compiled.ts";
import type { PromptTokens } from "../prompt_tokens.ts";
import type { Qwen2VlConfig } from "./config.ts";
import { decoderBlocks, type Rotation, rotationAt } from "./decoder_blocks.ts";
import type { DecoderWeights } from "./decoder_weights.ts";
import type { KvCache } from "./kv_cache.ts";
import { MASKED } from "./text.ts";

/**
 * Runs prompts through the decoder once, for `completions` continuations each.
 *
 * @param visionFeatures Features of the images of all prompts in order, [tokens, hiddenSize].
 * @param maxTokens Tokens that a continuation will have at most.
 * @returns Logits of the first token of each question, [questions, vocabulary], and the cache.
 * @throws {RangeError} If the image tokens and the features are not equally many.
 */
export function prefill(
  weights: DecoderWeights,
  config: Qwen2VlConfig,
  prompts: readonly PromptTokens[],
  visionFeatures: tf.Tensor2D | undefined,
  completions: number,
  maxTokens: number,
): { logits: tf.Tensor2D; cache: KvCache } {
  const questions = prompts.length;
  const promptTokens = prompts.map(({ tokenIds }) => tokenIds.length);
  const longest = Math.max(...promptTokens);
  const length = padded(longest, paddingStep(longest));
  const last = promptTokens.map((size, row) => row * length + size - 1);
  const data = {
    x: embedded(weights, config, prompts, length, visionFeatures),
    mask: causalMask(length),
    last: tf.tensor1d(last, "int32"),
    ...rotationAt(config, positionsOf(prompts, length)),
  };
  const given = Object.values(data);
  const [logits, ...prompt] = compiled(
    `prefill ${questions} ${weights.form}`,
    [...given, ...weights.tensors],
    () => computed(weights, config, questions, data),
  );
  tf.dispose(given);
  return {
    logits: logits as tf.Tensor2D,
    cache: {
      questions,
      completions,
      kvHeads: config.text.kvHeads,
      prompt: prompt as tf.Tensor3D[],
      promptTokens,
      own: [],
      ownTokens: 0,
      maxTokens,
    },
  };
}

/** Padding is an eighth at most of long prompts, and their lengths are few. */
function paddingStep(length: number): number {
  return Math.max(16, 2 ** Math.ceil(Math.log2(length)) / 16);
}

interface PrefillData extends Rotation {
  /** Embeddings, [questions · length, hiddenSize]. */
  readonly x: tf.Tensor2D;
  /** [1, length, length] */
  readonly mask: tf.Tensor3D;
  /** Row of each prompt's last token. */
  readonly last: tf.Tensor1D;
}

/** Logits, and the keys and values of each layer. */
function computed(
  weights: DecoderWeights,
  config: Qwen2VlConfig,
  questions: number,
  { x, mask, last, ...rotation }: PrefillData,
): tf.Tensor[] {
  const { heads, kvHeads, headDim: d } = config.text;
  const share = heads / kvHeads, shared = questions * kvHeads;
  const length = x.shape[0] / questions;
  const { hidden, kept } = decoderBlocks(
    weights,
    config,
    x,
    rotation,
    (_layer, qkv) => {
      // [questions, length, kvHeads, …, d] -> [questions, kvHeads, …, length, d]
      const byHead = tf.transpose(
        qkv.reshape([questions, length, kvHeads, share + 2, d]),
        [0, 2, 3, 1, 4],
      ).reshape([shared, share + 2, length, d]);
      const [q, k, v] = tf.split(byHead, [share, 1, 1], 1);
      const keys = k!.reshape([shared, length, d]) as tf.Tensor3D;
      const values = v!.reshape([shared, length, d]) as tf.Tensor3D;
      const queries = q!.reshape([shared, share * length, d]) as tf.Tensor3D;
      const scores = tf.matMul(queries, keys, false, true)
        .reshape([shared * share, length, length]);
      const p = tf.softmax(tf.add(scores, mask))
        .reshape([shared, share * length, length]) as tf.Tensor3D;
      const seen = tf.matMul(p, values).reshape([questions, heads, length, d]);
      const rows = tf.transpose(seen, [0, 2, 1, 3]).reshape([-1, heads * d]);
      return [rows as tf.Tensor2D, keys, values];
    },
  );
  return [weights.head(tf.gather(hidden, last)), ...kept];
}

/** Embeddings of the padded prompts, with the vision features in the image tokens' places. */
function embedded(
  { embeddings }: DecoderWeights,
  config: Qwen2VlConfig,
  prompts: readonly PromptTokens[],
  length: number,
  visionFeatures: tf.Tensor2D | undefined,
): tf.Tensor2D {
  const tokens = new Int32Array(prompts.length * length);
  prompts.forEach(({ tokenIds }, row) => tokens.set(tokenIds, row * length));
  const features = visionFeatures?.shape[0] ?? 0;
  let image = 0;
  const source = Int32Array.from(
    tokens,
    (token, i) => token === config.tokens.image ? tokens.length + image++ : i,
  );
  if (image !== features) {
    throw new RangeError(
      `The prompts hold ${image} image tokens, the images give ${features} features: ` +
        "expand one image token per merged patch",
    );
  }
  return tf.tidy(() => {
    const words = tf.gather(embeddings, tf.tensor1d(tokens, "int32"));
    if (visionFeatures === undefined || features === 0) return words;
    const all = tf.concat([words, visionFeatures]);
    return tf.gather(all, tf.tensor1d(source, "int32"));
  });
}

/** [1, length, length]: 0 where the query (second axis) may attend. */
function causalMask(length: number): tf.Tensor3D {
  const mask = new Float32Array(length * length).fill(MASKED);
  for (let i = 0; i < length; i++) mask.fill(0, i * length, i * length + i + 1);
  return tf.tensor3d(mask, [1, length, length]);
}

/** Positions of the padded prompts, [3 · prompts · length]. */
function positionsOf(prompts: readonly PromptTokens[], length: number): Int32Array {
  const n = prompts.length * length;
  const all = new Int32Array(3 * n);
  prompts.forEach(({ positions, tokenIds }, row) => {
    const size = tokenIds.length;
    for (let axis = 0; axis < 3; axis++) {
      const line = positions.subarray(axis * size, (axis + 1) * size);
      all.set(line, axis * n + row * length);
    }
  });
  return all;
}
