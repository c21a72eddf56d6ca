import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { op } from "./op.ts";

/** Logits in memory at once: about 64 MB for any vocabulary. */
const FLOATS_AT_ONCE = 1 << 24;

/**
 * Log-probability of one token per row: log softmax(hidden headᵀ / T)[token].
 *
 * With m the largest logit of a row, e = exp(logit − m) and z = Σ e: log p = logit − m − log z,
 * the entropy is log z − Σ e (logit − m) / z, and dlogits = (onehot − e / z) dy.
 *
 * If not all logits fit into memory, works in chunks of rows, and computes the logits a second time
 * in the backward pass instead of keeping them.
 *
 * @param hidden [n, d], final-normed hidden states of the positions that predict the tokens.
 * @param head [vocabulary, d]
 * @param tokens [n], int32, in [0, vocabulary); must live until the backward pass.
 * @param temperature Divides the logits; greater than 0.
 * @param floatsAtOnce Logits that are held in memory at once.
 * @returns [n, 2]: log-probability and entropy in nats. No gradient flows from the entropy.
 */
export function tokenLogProbs(
  hidden: tf.Tensor2D,
  head: tf.Tensor2D,
  tokens: tf.Tensor1D,
  temperature: number,
  floatsAtOnce: number = FLOATS_AT_ONCE,
): tf.Tensor2D {
  const n = hidden.shape[0], vocabulary = head.shape[0];
  const size = Math.max(1, Math.floor(floatsAtOnce / vocabulary));
  const chunks = Array.from({ length: Math.ceil(n / size) }, (_, i) => ({
    start: i * size,
    rows: Math.min(size, n - i * size),
  }));
  type Chunk = typeof chunks[number];
  const part = <T extends tf.Tensor>(x: T, { start, rows }: Chunk): T =>
    rows === n ? x : tf.slice(x, [start, ...x.shape.slice(1).map(() => 0)], [
      rows,
      ...x.shape.slice(1),
    ]);

  const exponentials = (scaled: tf.Tensor2D, head: tf.Tensor2D, chunk: Chunk) => {
    const logits = tf.matMul(part(scaled, chunk), head, false, true);
    const shifted = tf.sub(logits, tf.max(logits, 1, true)) as tf.Tensor2D;
    const e = tf.exp(shifted);
    return { shifted, e, z: tf.sum(e, 1, true) };
  };

  return op(
    { hidden, head },
    (save) => {
      const scaled = tf.div(hidden, temperature) as tf.Tensor2D;
      const kept: tf.Tensor[] = [];
      const statistics = tf.concat(chunks.map((chunk) =>
        tf.tidy(() => {
          const { shifted, e, z } = exponentials(scaled, head, chunk);
          const chosen = tf.gather(shifted, part(tokens, chunk).reshape([-1, 1]), 1, 1);
          const spread = tf.sum(tf.mul(e, shifted), 1, true);
          if (chunks.length === 1) kept.push(tf.keep(e), tf.keep(z));
          const logZ = tf.log(z);
          return tf.concat(
            [tf.sub(chosen, logZ), tf.sub(logZ, tf.div(spread, z))],
            1,
          ) as tf.Tensor2D;
        })
      )) as tf.Tensor2D;
      save(scaled, head, ...kept);
      tf.dispose(kept);
      return statistics;
    },
    (dy: tf.Tensor2D, [scaled, head, e, z]) => {
      const weight = tf.slice(dy, [0, 0], [-1, 1]);
      /** Gradient to the logits of a chunk. */
      const ofLogits = (chunk: Chunk) =>
        tf.tidy(() => {
          const one = e !== undefined && z !== undefined
            ? { e, z }
            : exponentials(scaled as tf.Tensor2D, head as tf.Tensor2D, chunk);
          const p = tf.div(one.e, one.z);
          const hot = tf.oneHot(part(tokens, chunk), vocabulary).toFloat();
          return tf.mul(tf.sub(hot, p), part(weight, chunk)) as tf.Tensor2D;
        });
      // With one chunk, both gradients come from the same tensor.
      const only = chunks.length === 1 ? ofLogits(chunks[0]!) : undefined;
      const each = (f: (gradient: tf.Tensor2D, chunk: Chunk) => tf.Tensor) =>
        chunks.map((chunk) => tf.tidy(() => f(only ?? ofLogits(chunk), chunk)));
      return {
        hidden: () =>
          tf.div(
            tf.concat(each((gradient) => tf.matMul(gradient, head as tf.Tensor2D))),
            temperature,
          ),
        head: () =>
          each((gradient, chunk) =>
            tf.matMul(gradient, part(scaled as tf.Tensor2D, chunk), true)
          ).reduce((sum, part) => tf.add(sum, part)),
      };
    },
  );
}
