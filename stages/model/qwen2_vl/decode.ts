import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { compiled } from "../../engine/compiled/compiled.ts";
import type { Qwen2VlConfig } from "./config.ts";
import { decoderBlocks, type Rotation, rotationAt } from "./decoder_blocks.ts";
import type { DecoderWeights } from "./decoder_weights.ts";
import { type KvCache, scoreMask, withRoom, withToken } from "./kv_cache.ts";

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
  weights: DecoderWeights,
  config: Qwen2VlConfig,
  before: KvCache,
  tokens: Int32Array,
  positions: Int32Array,
): { logits: tf.Tensor2D; cache: KvCache } {
  const cache = withRoom(before);
  const { questions, completions, prompt, own, ownTokens } = cache;
  const n = tokens.length;
  const threeAxes = new Int32Array(3 * n);
  for (let axis = 0; axis < 3; axis++) threeAxes.set(positions, axis * n);
  const data = {
    tokens: tf.tensor1d(tokens, "int32"),
    mask: scoreMask(cache),
    ...rotationAt(config, threeAxes),
  };
  const given = Object.values(data);
  const [logits, ...grown] = compiled(
    `decode ${questions} ${completions} ${weights.form}`,
    [...given, ...prompt, ...own, ...weights.tensors],
    () => step(weights, config, cache, data),
    { xla: true },
  );
  tf.dispose([...given, ...own]);
  return {
    logits: logits as tf.Tensor2D,
    cache: { ...cache, own: grown as tf.Tensor3D[], ownTokens: ownTokens + 1 },
  };
}

/** What changes from token to token. */
interface StepData extends Rotation {
  readonly tokens: tf.Tensor1D;
  readonly mask: tf.Tensor3D;
}

/** Logits, and the keys and values of each layer. */
function step(
  weights: DecoderWeights,
  config: Qwen2VlConfig,
  { questions, completions, prompt, own, ownTokens }: KvCache,
  { tokens, mask, ...rotation }: StepData,
): tf.Tensor[] {
  const { heads, kvHeads, headDim: d } = config.text;
  const share = heads / kvHeads, shared = questions * kvHeads;
  const batch = shared * completions;
  const { hidden, kept } = decoderBlocks(
    weights,
    config,
    tf.gather(weights.embeddings, tokens) as tf.Tensor2D,
    rotation,
    (layer, qkv) => {
      // [questions, completions, kvHeads, …] -> [questions, kvHeads, completions, …]
      const byHead = tf.transpose(
        qkv.reshape([questions, completions, kvHeads, (share + 2) * d]),
        [0, 2, 1, 3],
      );
      const [q, k, v] = tf.split(
        byHead.reshape([batch, share + 2, d]),
        [share, 1, 1],
        1,
      ) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
      const keys = withToken(own[2 * layer], ownTokens, k);
      const values = withToken(own[2 * layer + 1], ownTokens, v);
      const seen = attendWithPrompt(
        q,
        { keys: prompt[2 * layer]!, values: prompt[2 * layer + 1]! },
        { keys, values },
        mask,
      );
      // back to [questions, completions, heads, d]
      const rows = tf.transpose(
        seen.reshape([questions, kvHeads, completions, share * d]),
        [0, 2, 1, 3],
      );
      return [rows.reshape([-1, heads * d]) as tf.Tensor2D, keys, values];
    },
  );
  return [weights.head(hidden), ...kept];
}

interface KeysValues {
  readonly keys: tf.Tensor3D;
  readonly values: tf.Tensor3D;
}

/** One softmax over the shared prompt and each completion's own tokens. */
function attendWithPrompt(
  queries: tf.Tensor3D, // [questions · kvHeads · completions, share, d], scaled
  prompt: KeysValues,
  own: KeysValues,
  mask: tf.Tensor3D,
): tf.Tensor {
  const [shared, promptLength] = prompt.keys.shape;
  const [batch, share, d] = queries.shape;
  const capacity = own.keys.shape[1];
  const together = batch / shared * share;
  const grouped = queries.reshape([shared, together, d]) as tf.Tensor3D;
  // The prompt, which is padded to the longest, comes last: so on wasm a row's sums are the same
  // whatever prompts are beside it.
  const scores = tf.concat([
    tf.matMul(queries, own.keys, false, true).reshape([shared, together, capacity]),
    tf.matMul(grouped, prompt.keys, false, true),
  ], 2);
  const p = tf.softmax(tf.add(scores, mask));
  const [toOwn, toPrompt] = tf.split(p, [capacity, promptLength], 2) as [
    tf.Tensor3D,
    tf.Tensor3D,
  ];
  const fromPrompt = tf.matMul(toPrompt, prompt.values);
  const fromOwn = tf.matMul(
    toOwn.reshape([batch, share, capacity]) as tf.Tensor3D,
    own.values,
  );
  return tf.add(fromPrompt, fromOwn.reshape([shared, together, d]));
}
