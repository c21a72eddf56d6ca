import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { op } from "./op.ts";

/** Logits in memory at once: about 64 MB for any vocabulary. */
const FLOATS_AT_ONCE = 1 << 24;

/**
 * Log-probability of one token per row: log softmax(hidden headᵀ / T)[token].
 *
 * Works in chunks of rows, and computes the logits a second time in the backward pass instead
 * of keeping them: dlogits = (onehot − p) dy / T.
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
  const chunk = Math.max(1, Math.floor(floatsAtOnce / vocabulary));
  const starts: number[] = [];
  for (let start = 0; start < n; start += chunk) starts.push(start);

  const logProbabilities = (
    hidden: tf.Tensor2D,
    head: tf.Tensor2D,
    start: number,
    rows: number,
  ) => {
    const part = n === rows ? hidden : tf.slice(hidden, [start, 0], [rows, -1]);
    const logits = tf.div(tf.matMul(part, head, false, true), temperature) as tf.Tensor2D;
    const shifted = tf.sub(logits, tf.max(logits, 1, true));
    const exps = tf.exp(shifted);
    const total = tf.sum(exps, 1, true);
    return {
      part,
      logP: tf.sub(shifted, tf.log(total)) as tf.Tensor2D,
      p: tf.div(exps, total) as tf.Tensor2D,
    };
  };
  const oneHot = (start: number, rows: number) =>
    tf.oneHot(
      n === rows ? tokens : tf.slice(tokens, [start], [rows]),
      vocabulary,
    ).toFloat() as tf.Tensor2D;

  return op(
    { hidden, head },
    (save) => {
      save(hidden, head);
      return tf.concat(starts.map((start) =>
        tf.tidy(() => {
          const rows = Math.min(chunk, n - start);
          const { logP, p } = logProbabilities(hidden, head, start, rows);
          // Select, not multiply: a log-probability may be −∞ where p is 0.
          const taken = tf.sum(
            tf.where(oneHot(start, rows).toBool(), logP, tf.zerosLike(logP)),
            1,
            true,
          );
          const surprise = tf.where(
            tf.greater(p, 0),
            tf.mul(p, logP),
            tf.zerosLike(p),
          );
          return tf.concat([taken, tf.neg(tf.sum(surprise, 1, true))], 1);
        })
      )) as tf.Tensor2D;
    },
    (dy: tf.Tensor2D, saved) => {
      const [hidden, head] = saved as [tf.Tensor2D, tf.Tensor2D];
      const dLogits = (start: number) => {
        const rows = Math.min(chunk, n - start);
        const { part, p } = logProbabilities(hidden, head, start, rows);
        const weight = tf.div(tf.slice(dy, [start, 0], [rows, 1]), temperature);
        const gradient = tf.mul(tf.sub(oneHot(start, rows), p), weight);
        return { part, gradient: gradient as tf.Tensor2D };
      };
      return {
        hidden: () =>
          tf.concat(
            starts.map((start) =>
              tf.tidy(() => tf.matMul(dLogits(start).gradient, head))
            ),
          ),
        head: () =>
          starts.map((start) =>
            tf.tidy(() => {
              const { part, gradient } = dLogits(start);
              return tf.matMul(gradient, part, true);
            })
          ).reduce((sum, part) => tf.add(sum, part)),
      };
    },
  );
}
