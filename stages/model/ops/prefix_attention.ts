import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { op } from "./op.ts";

/**
 * Prompts and the blocks that continue them, as places of heads of packed tokens: token t's head h
 * of H has index t · H + h. The caller disposes of the tensors.
 *
 * A place that is filled up, because a prompt or block is shorter than the longest, holds a token
 * that nothing attends to and whose output nothing uses; no gradient comes from it.
 */
export interface PrefixLayout {
  /** [prompts · kvHeads, share · P], int32: query heads that share a key head, one after another. */
  readonly promptQueries: tf.Tensor2D;
  /** [prompts · kvHeads, P], int32 */
  readonly promptKeys: tf.Tensor2D;
  /** [1, P, P], added to scores: causal. */
  readonly promptMask: tf.Tensor3D;
  /** [prompts · kvHeads · G, share · R], int32 */
  readonly blockQueries: tf.Tensor2D;
  /** [prompts · kvHeads · G, P + R], int32: the prompt's keys, then the block's own. */
  readonly blockKeys: tf.Tensor2D;
  /** [prompts, 1, R, P + R]: the whole prompt, and causal in the block. */
  readonly blockMask: tf.Tensor4D;
  /**
   * [tokens · heads], int32: where a query head stands among those of `promptQueries`, followed
   * by those of `blockQueries`.
   */
  readonly queryPlaces: tf.Tensor1D;
  /**
   * [tokens · kvHeads], int32: where a key head stands among those of `promptKeys`, followed by
   * the blocks' own.
   */
  readonly keyPlaces: tf.Tensor1D;
}

/**
 * Grouped-query attention of prompts to themselves, and of each block to its prompt and itself,
 * both causally. A prompt is computed once for all of its blocks, and no scores are computed
 * between blocks: G · R · (P + R) of them instead of (P + G · R)².
 *
 * With P the probabilities of queries Q over keys K: dV = Pᵀ dO, dP = dO Vᵀ,
 * dS = P (dP − Σ dP P), dQ = dS K / √d, dK = dSᵀ Q / √d; a prompt's keys and values get the sum
 * over its own queries and its blocks'.
 *
 * @param q [tokens, heads, d]
 * @param k [tokens, kvHeads, d]
 * @param v [tokens, kvHeads, d]
 * @param layout Must live until the backward pass.
 * @returns [tokens, heads, d]
 */
export function prefixAttention(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  layout: PrefixLayout,
): tf.Tensor3D {
  const [tokens, heads, d] = q.shape;
  const kvHeads = k.shape[1];
  const scale = 1 / Math.sqrt(d);
  const rows = (x: tf.Tensor, places: tf.Tensor) =>
    tf.gather(x.reshape([-1, d]), places) as tf.Tensor3D;

  return op(
    { q, k, v },
    (save) => {
      const scaled = tf.mul(q, scale);
      const parts = partsOf(layout).map(({ queries, keys, mask }) => {
        const asked = rows(scaled, queries);
        const p = probabilities(asked, rows(k, keys), mask);
        return { asked, p, seen: tf.matMul(p, rows(v, keys)) };
      });
      save(k, v, ...parts.flatMap(({ asked, p }) => [asked, p]));
      return placed(parts.map(({ seen }) => seen), layout.queryPlaces, [
        tokens,
        heads,
        d,
      ]);
    },
    (dy: tf.Tensor3D, [k, v, ...saved]) => {
      const parts = partsOf(layout).map(({ queries, keys }, i) => {
        const [asked, p] = saved.slice(2 * i) as [tf.Tensor3D, tf.Tensor3D];
        const { out, ds } = tf.tidy(() => {
          const out = rows(dy, queries);
          const weighted = tf.mul(tf.matMul(out, rows(v!, keys), false, true), p);
          const along = tf.sum(weighted, 2, true);
          return { out, ds: tf.sub(weighted, tf.mul(p, along)) as tf.Tensor3D };
        });
        return { asked, p, out, ds, keys };
      });
      const ofKeys = (gradients: tf.Tensor[]) =>
        placed(byToken(gradients, layout), layout.keyPlaces, [tokens, kvHeads, d]);
      return {
        q: () => {
          const dq = parts.map(({ ds, keys }) => tf.matMul(ds, rows(k!, keys)));
          return tf.mul(placed(dq, layout.queryPlaces, [tokens, heads, d]), scale);
        },
        k: () => ofKeys(parts.map(({ ds, asked }) => tf.matMul(ds, asked, true))),
        v: () => ofKeys(parts.map(({ p, out }) => tf.matMul(p, out, true))),
      };
    },
  );
}

function partsOf(layout: PrefixLayout) {
  const { promptQueries, promptKeys, promptMask } = layout;
  const { blockQueries, blockKeys, blockMask } = layout;
  return [
    { queries: promptQueries, keys: promptKeys, mask: promptMask },
    { queries: blockQueries, keys: blockKeys, mask: blockMask },
  ];
}

/** softmax(q kᵀ + mask), [batch, queries, keys]; the mask may repeat over the batch's heads. */
function probabilities(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  mask: tf.Tensor3D | tf.Tensor4D,
): tf.Tensor3D {
  const scores = tf.matMul(q, k, false, true);
  const [queries, keys] = mask.shape.slice(-2) as [number, number];
  const repeated = mask.rank === 3 ? [-1] : [mask.shape[0], -1];
  const masked = tf.add(scores.reshape([...repeated, queries, keys]), mask);
  return tf.softmax(masked.reshape(scores.shape)) as tf.Tensor3D;
}

/** Rows of d numbers of several parts, put where their tokens stand. */
function placed(
  parts: readonly tf.Tensor[],
  places: tf.Tensor1D,
  shape: [number, number, number],
): tf.Tensor3D {
  const rows = parts.map((part) => part.reshape([-1, shape[2]]));
  return tf.gather(tf.concat(rows), places).reshape(shape);
}

/** Gradients of prompts' keys, [prompts · kvHeads, P, d], and of the blocks' own. */
function byToken(
  [ofPrompts, ofBlocks]: readonly tf.Tensor[],
  { promptMask: { shape: [, length] } }: PrefixLayout,
): tf.Tensor[] {
  const [prompts, , d] = ofPrompts!.shape as [number, number, number];
  const toPrompts = tf.slice(ofBlocks!, [0, 0, 0], [-1, length, -1]);
  const shared = tf.sum(toPrompts.reshape([prompts, -1, length, d]), 1);
  return [
    tf.add(ofPrompts!, shared),
    tf.slice(ofBlocks!, [0, length, 0], [-1, -1, -1]),
  ];
}
