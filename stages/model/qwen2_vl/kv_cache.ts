import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { attention } from "../ops/attention.ts";
import type { Weights } from "../weights/weights.ts";
import type { Qwen2VlConfig } from "./config.ts";
import { logits } from "./output_head.ts";
import {
  decoderLayers,
  MASKED,
  mropeTable,
  textInputs,
  tokenEmbeddings,
} from "./text.ts";
import type { PackedRows } from "./pack.ts";

/** Keys and values of one layer, each [batch, tokens, d]. */
interface KeysValues {
  readonly keys: tf.Tensor3D;
  readonly values: tf.Tensor3D;
}

/**
 * The state of decoding: each question's prompt once, and the tokens of its G completions.
 *
 * Batches are ordered question, key head, completion, so that all queries that share a
 * prompt's key head are in one matrix.
 */
export interface KvCache {
  readonly questions: number;
  readonly completions: number;
  /** Batch `questions · kvHeads`. */
  readonly prompt: readonly KeysValues[];
  /** Added to scores against prompts, [questions · kvHeads, 1, prompt tokens]. */
  readonly promptMask: tf.Tensor3D;
  /** Batch `questions · kvHeads · completions`; empty before the first token. */
  readonly own: readonly KeysValues[];
}

/** Frees a cache's tensors. */
export function disposeCache({ prompt, own, promptMask }: KvCache): void {
  tf.dispose([...prompt, ...own].flatMap(({ keys, values }) => [keys, values]));
  promptMask.dispose();
}

/**
 * Runs prompts through the decoder once, for `completions` continuations each.
 *
 * @param prompts One row per question, without blocks.
 * @param lengths Tokens of each prompt.
 * @returns Logits of the first token of each question, [questions, vocabulary], and the cache.
 */
export function prefill(
  weights: Weights,
  config: Qwen2VlConfig,
  prompts: PackedRows,
  lengths: readonly number[],
  completions: number,
  visionFeatures?: tf.Tensor2D,
): { logits: tf.Tensor2D; cache: KvCache } {
  const { rows, length } = prompts;
  const { kvHeads, headDim: d, layers } = config.text;
  const flat = tf.tidy(() => {
    const kept: tf.Tensor[] = [];
    const mask = prompts.mask.reshape([rows, 1, length, length]) as tf.Tensor4D;
    const batched = (x: tf.Tensor3D) =>
      x.reshape([rows, length, x.shape[1], d]) as tf.Tensor4D;
    const inputs = textInputs(config, prompts);
    const hidden = decoderLayers(
      weights,
      config,
      tokenEmbeddings(weights, inputs, visionFeatures),
      inputs.table,
      (_layer, q, k, v) => {
        const [bk, bv] = [batched(k), batched(v)];
        kept.push(
          tf.keep(tf.transpose(bk, [0, 2, 1, 3]).reshape([rows * kvHeads, length, d])),
          tf.keep(tf.transpose(bv, [0, 2, 1, 3]).reshape([rows * kvHeads, length, d])),
        );
        return attention(batched(q), bk, bv, mask);
      },
    );
    const last = lengths.map((size, row) => row * length + size - 1);
    const first = logits(
      weights,
      config,
      tf.gather(hidden, tf.tensor1d(last, "int32")),
    );
    return [first, ...kept];
  });
  const prompt = Array.from({ length: layers }, (_, layer) => ({
    keys: flat[1 + 2 * layer] as tf.Tensor3D,
    values: flat[2 + 2 * layer] as tf.Tensor3D,
  }));
  return {
    logits: flat[0] as tf.Tensor2D,
    cache: {
      questions: rows,
      completions,
      prompt,
      promptMask: promptMask(lengths, length, kvHeads),
      own: [],
    },
  };
}

function promptMask(lengths: readonly number[], length: number, kvHeads: number) {
  const mask = new Float32Array(lengths.length * kvHeads * length);
  lengths.forEach((size, row) => {
    for (let head = 0; head < kvHeads; head++) {
      const start = (row * kvHeads + head) * length;
      mask.fill(MASKED, start + size, start + length);
    }
  });
  return tf.tensor3d(mask, [lengths.length * kvHeads, 1, length]);
}

/**
 * Feeds one token to every completion.
 *
 * The given cache cannot be used afterwards: the returned one replaces its keys and values and
 * keeps its prompts.
 *
 * @param tokens [questions · completions], question by question.
 * @param positions Position of each token, the same on all three axes.
 * @returns Logits of the next tokens, [questions · completions, vocabulary].
 */
export function decode(
  weights: Weights,
  config: Qwen2VlConfig,
  cache: KvCache,
  tokens: Int32Array,
  positions: Int32Array,
): { logits: tf.Tensor2D; cache: KvCache } {
  const { heads, kvHeads, headDim: d, layers } = config.text;
  const { questions, completions } = cache;
  const share = heads / kvHeads, shared = questions * kvHeads;
  const flat = tf.tidy(() => {
    const own: tf.Tensor[] = [];
    const n = tokens.length;
    const threeAxes = new Int32Array(3 * n);
    for (let axis = 0; axis < 3; axis++) threeAxes.set(positions, axis * n);
    const hidden = decoderLayers(
      weights,
      config,
      tokenEmbeddings(weights, { tokenIds: tf.tensor1d(tokens, "int32") }),
      mropeTable(config, threeAxes),
      (layer, q, k, v) => {
        // [questions · completions, kvHeads, …] -> [questions, kvHeads, completions, …]
        const byHead = (x: tf.Tensor, width: number) =>
          tf.transpose(
            x.reshape([questions, completions, kvHeads, width]) as tf.Tensor4D,
            [0, 2, 1, 3],
          );
        const queries = tf.mul(byHead(q, share * d), 1 / Math.sqrt(d));
        const grown = (x: tf.Tensor, before: tf.Tensor3D | undefined) => {
          const token = byHead(x, d).reshape([shared * completions, 1, d]) as tf.Tensor3D;
          return tf.keep(
            before === undefined ? token : tf.concat([before, token], 1) as tf.Tensor3D,
          );
        };
        const before = cache.own[layer];
        const keys = grown(k, before?.keys), values = grown(v, before?.values);
        own.push(keys, values);
        return attendWithPrompt(
          queries.reshape([shared, completions * share, d]),
          cache.prompt[layer]!,
          cache.promptMask,
          { keys, values },
          questions,
          kvHeads,
        );
      },
    );
    return [logits(weights, config, hidden), ...own];
  });
  tf.dispose(cache.own.flatMap(({ keys, values }) => [keys, values]));
  const own = Array.from({ length: layers }, (_, layer) => ({
    keys: flat[1 + 2 * layer] as tf.Tensor3D,
    values: flat[2 + 2 * layer] as tf.Tensor3D,
  }));
  return { logits: flat[0] as tf.Tensor2D, cache: { ...cache, own } };
}

/**
 * The cache of some of the completions, each as its own question: for the few that continue
 * when most have ended, since the cost of a decoding step grows with its rows.
 *
 * The given cache cannot be used afterwards.
 *
 * @param rows Indices in [0, questions · completions), in their new order.
 */
export function keepCompletions(cache: KvCache, rows: readonly number[]): KvCache {
  const { questions, completions } = cache;
  const kvHeads = cache.promptMask.shape[0] / questions;
  const prompts: number[] = [], own: number[] = [];
  for (const row of rows) {
    for (let head = 0; head < kvHeads; head++) {
      const shared = Math.floor(row / completions) * kvHeads + head;
      prompts.push(shared);
      own.push(shared * completions + row % completions);
    }
  }
  const pick = <T extends tf.Tensor3D>(x: T, batches: readonly number[]) =>
    tf.tidy(() => tf.gather(x, tf.tensor1d([...batches], "int32")));
  const each = (layers: readonly KeysValues[], batches: readonly number[]) =>
    layers.map(({ keys, values }) => ({
      keys: pick(keys, batches),
      values: pick(values, batches),
    }));
  const kept = {
    questions: rows.length,
    completions: 1,
    prompt: each(cache.prompt, prompts),
    promptMask: pick(cache.promptMask, prompts),
    own: each(cache.own, own),
  };
  disposeCache(cache);
  return kept;
}

/** One softmax over the shared prompt and each completion's own tokens. */
function attendWithPrompt(
  queries: tf.Tensor3D, // [questions · kvHeads, completions · share, d], scaled
  prompt: KeysValues,
  promptMask: tf.Tensor3D,
  own: KeysValues,
  questions: number,
  kvHeads: number,
): tf.Tensor {
  const [shared, rows, d] = queries.shape;
  const promptLength = prompt.keys.shape[1];
  const [batch, ownLength] = own.keys.shape;
  const completions = batch / shared, share = rows / completions;
  const scores = tf.concat([
    tf.add(tf.matMul(queries, prompt.keys, false, true), promptMask),
    tf.matMul(queries.reshape([batch, share, d]), own.keys, false, true)
      .reshape([shared, rows, ownLength]),
  ], 2);
  const p = tf.softmax(scores) as tf.Tensor3D;
  const fromPrompt = tf.matMul(
    tf.slice(p, [0, 0, 0], [-1, -1, promptLength]),
    prompt.values,
  );
  const fromOwn = tf.matMul(
    tf.slice(p, [0, 0, promptLength], [-1, -1, ownLength])
      .reshape([batch, share, ownLength]),
    own.values,
  );
  const seen = tf.add(fromPrompt, fromOwn.reshape([shared, rows, d]));
  // back to [questions · completions, heads, d]
  return tf.transpose(
    seen.reshape([questions, kvHeads, completions, share * d]) as tf.Tensor4D,
    [0, 2, 1, 3],
  );
}
