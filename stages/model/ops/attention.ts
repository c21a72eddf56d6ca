import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { op } from "./op.ts";

/**
 * Grouped-query attention: softmax(q kᵀ / √d + mask) v, `heads / kvHeads` queries per key.
 *
 * With P the probabilities: dV = Pᵀ dO, dP = dO Vᵀ, dS = P (dP − Σ dP P), dQ = dS K / √d,
 * dK = dSᵀ Q / √d. Query heads of one key are in one matrix, so the products sum over them.
 *
 * @param q [rows, length, heads, d]
 * @param k [rows, length, kvHeads, d]
 * @param v [rows, length, kvHeads, d]
 * @param mask [rows or 1, 1, length, length], 0 where a query may look, very negative elsewhere.
 * @returns [rows, length, heads, d]
 */
export function attention(
  q: tf.Tensor4D,
  k: tf.Tensor4D,
  v: tf.Tensor4D,
  mask?: tf.Tensor4D,
): tf.Tensor4D {
  const [rows, length, heads, d] = q.shape;
  const kvHeads = k.shape[2];
  const share = heads / kvHeads;
  const scale = 1 / Math.sqrt(d);

  // [rows, length, heads, d] -> [rows · kvHeads, share · length, d] and back
  const gather = (x: tf.Tensor) =>
    tf.transpose(x as tf.Tensor4D, [0, 2, 1, 3]).reshape([
      rows * kvHeads,
      -1,
      d,
    ]) as tf.Tensor3D;
  const spread = (x: tf.Tensor3D, heads: number) =>
    tf.transpose(x.reshape([rows, heads, length, d]), [0, 2, 1, 3]) as tf.Tensor4D;

  return op(
    { q, k, v },
    (save) => {
      const queries = tf.mul(gather(q), scale) as tf.Tensor3D;
      const keys = gather(k), values = gather(v);
      let scores: tf.Tensor = tf.matMul(queries, keys, false, true);
      if (mask !== undefined) {
        scores = tf.add(scores.reshape([rows, heads, length, length]), mask);
      }
      const p = tf.softmax(
        scores.reshape([rows * kvHeads, share * length, length]),
      ) as tf.Tensor3D;
      save(queries, keys, values, p);
      return spread(tf.matMul(p, values), heads);
    },
    (dy: tf.Tensor4D, [queries, keys, values, p]) => {
      const { out, ds } = tf.tidy(() => {
        const out = gather(dy);
        const weighted = tf.mul(tf.matMul(out, values as tf.Tensor3D, false, true), p!);
        const along = tf.sum(weighted, 2, true);
        return { out, ds: tf.sub(weighted, tf.mul(p!, along)) as tf.Tensor3D };
      });
      return {
        q: () => spread(tf.mul(tf.matMul(ds, keys as tf.Tensor3D), scale), heads),
        k: () => spread(tf.matMul(ds, queries as tf.Tensor3D, true), kvHeads),
        v: () => spread(tf.matMul(p as tf.Tensor3D, out, true), kvHeads),
      };
    },
  );
}
