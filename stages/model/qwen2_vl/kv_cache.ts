import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { padded } from "../../engine/compiled/compiled.ts";
import { MASKED } from "./text.ts";

/**
 * The state of decoding: each question's prompt once, and the tokens of its G completions.
 *
 * Batches are ordered question, key head, completion, so that all queries that share a
 * prompt's key head are in one matrix.
 */
export interface KvCache {
  readonly questions: number;
  readonly completions: number;
  readonly kvHeads: number;
  /** Keys of the first layer, its values, keys of the second, …: [questions · kvHeads, prompt length, headDim]. */
  readonly prompt: readonly tf.Tensor3D[];
  /** Tokens of each question's prompt; padding follows them. */
  readonly promptTokens: readonly number[];
  /**
   * Like `prompt`, of the completions: [questions · kvHeads · completions, capacity, headDim].
   * The last `ownTokens` places are in use; empty before the first token.
   */
  readonly own: readonly tf.Tensor3D[];
  readonly ownTokens: number;
  /** Tokens that a completion will have at most. */
  readonly maxTokens: number;
}

/** The least capacity on an engine that compiles; from there on it doubles, so shapes are few. */
const CAPACITY = 64;

/** Frees a cache's tensors. */
export function disposeCache({ prompt, own }: KvCache): void {
  tf.dispose([...prompt, ...own]);
}

/**
 * The cache with an empty place in front for the next token, if the engine compiles: tokens move
 * up by one place, and shapes stay. Elsewhere tokens are appended.
 *
 * The given cache cannot be used afterwards.
 */
export function withRoom(cache: KvCache): KvCache {
  const { own, ownTokens, maxTokens, prompt } = cache;
  if (padded(1, CAPACITY) === 1) return cache;
  const held = own[0]?.shape[1] ?? 0;
  if (held > ownTokens) return cache;
  const capacity = Math.min(
    padded(ownTokens + 1, Math.max(CAPACITY, held)),
    Math.max(maxTokens, ownTokens + 1),
  );
  const batch = cache.questions * cache.kvHeads * cache.completions;
  const missing: [number, number, number] = [
    batch,
    capacity - held,
    prompt[0]!.shape[2],
  ];
  const grown = prompt.map((_, i) =>
    tf.tidy(() => {
      const empty = tf.fill(missing, 0) as tf.Tensor3D; // not shared: functions take each by itself
      return own.length === 0 ? empty : tf.concat([empty, own[i]!], 1);
    })
  );
  tf.dispose([...own]);
  return { ...cache, own: grown };
}

/** Keys or values with one token more, [batch, 1, headDim], behind the others. */
export function withToken(
  own: tf.Tensor3D | undefined,
  ownTokens: number,
  token: tf.Tensor3D,
): tf.Tensor3D {
  if (own === undefined) return token;
  const capacity = own.shape[1];
  if (capacity === ownTokens) return tf.concat([own, token], 1);
  if (capacity === 1) return token;
  return tf.concat([tf.slice(own, [0, 1, 0], [-1, capacity - 1, -1]), token], 1);
}

/**
 * Added to the scores of one token against own tokens, the new one among them, and the prompt's:
 * [questions · kvHeads, 1, capacity + prompt length].
 */
export function scoreMask(cache: KvCache): tf.Tensor3D {
  const { promptTokens, kvHeads, prompt, own, ownTokens } = cache;
  const length = prompt[0]!.shape[1];
  const capacity = Math.max(own[0]?.shape[1] ?? 0, ownTokens + 1);
  const width = length + capacity, shared = promptTokens.length * kvHeads;
  const mask = new Float32Array(shared * width);
  for (let row = 0; row < shared; row++) {
    const start = row * width, used = promptTokens[Math.floor(row / kvHeads)]!;
    mask.fill(MASKED, start, start + capacity - ownTokens - 1);
    mask.fill(MASKED, start + capacity + used, start + width);
  }
  return tf.tensor3d(mask, [shared, 1, width]);
}

/**
 * The cache of some of the completions, each as its own question: for those that continue
 * when others have ended, since the cost of a decoding step grows with its rows.
 *
 * The given cache cannot be used afterwards.
 *
 * @param rows Indices in [0, questions · completions), in their new order.
 */
export function keepCompletions(cache: KvCache, rows: readonly number[]): KvCache {
  const { completions, kvHeads } = cache;
  const prompts: number[] = [], own: number[] = [];
  for (const row of rows) {
    for (let head = 0; head < kvHeads; head++) {
      const shared = Math.floor(row / completions) * kvHeads + head;
      prompts.push(shared);
      own.push(shared * completions + row % completions);
    }
  }
  const pick = (tensors: readonly tf.Tensor3D[], batches: readonly number[]) => {
    const indices = tf.tensor1d([...batches], "int32");
    const picked = tensors.map((x) => tf.gather(x, indices));
    indices.dispose();
    return picked;
  };
  const kept = {
    ...cache,
    questions: rows.length,
    completions: 1,
    prompt: pick(cache.prompt, prompts),
    promptTokens: rows.map((row) => cache.promptTokens[Math.floor(row / completions)]!),
    own: pick(cache.own, own),
  };
  disposeCache(cache);
  return kept;
}
