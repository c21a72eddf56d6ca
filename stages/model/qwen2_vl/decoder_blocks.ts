import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { swiglu } from "../ops/activations.ts";
import { quarterTurn } from "../ops/rotary.ts";
import type { Qwen2VlConfig } from "./config.ts";
import type { DecoderWeights } from "./decoder_weights.ts";
import { mropeAngles } from "./text.ts";

/**
 * What turns queries and keys by their token's position, for all parts of a key head at once:
 * its queries (divided by √headDim), its key, and its value, which stays as it is.
 */
export interface Rotation {
  /** [n, 1, heads / kvHeads + 2, headDim] */
  readonly cos: tf.Tensor4D;
  /** [n, 1, heads / kvHeads + 2, headDim] */
  readonly sin: tf.Tensor4D;
  /** See {@linkcode quarterTurn}. */
  readonly turn: tf.Tensor2D;
}

/**
 * Attention of a layer.
 *
 * @param qkv Turned, [n · kvHeads, heads / kvHeads + 2, headDim].
 * @returns What the tokens see, [n, heads · headDim], and the keys and values to keep.
 */
export type AttendJoined = (
  layer: number,
  qkv: tf.Tensor3D,
) => [seen: tf.Tensor2D, keys: tf.Tensor3D, values: tf.Tensor3D];

/** Every layer's keys and values, and the hidden states behind the last. */
export interface Decoded {
  /** Normalised, [n, hiddenSize], without the final norm's weight. */
  readonly hidden: tf.Tensor2D;
  /** Keys and values of the first layer, of the second, … */
  readonly kept: tf.Tensor3D[];
}

/** The decoder's layers without gradients, as sampling needs them. */
export function decoderBlocks(
  { layers }: DecoderWeights,
  config: Qwen2VlConfig,
  x: tf.Tensor2D,
  rotation: Rotation,
  attend: AttendJoined,
): Decoded {
  const { kvHeads, headDim, heads, rmsNormEps } = config.text;
  const n = x.shape[0], parts = heads / kvHeads + 2;
  const unit = (t: tf.Tensor2D) =>
    tf.mul(
      t,
      tf.rsqrt(tf.add(tf.mean(tf.square(t), 1, true), rmsNormEps)),
    ) as tf.Tensor2D;
  const kept: tf.Tensor3D[] = [];
  for (const [index, layer] of layers.entries()) {
    const [next, keys, values] = tf.tidy(() => {
      const qkv = layer.qkv(unit(x)).reshape([n, kvHeads, parts, headDim]) as tf.Tensor4D;
      const turned = turn(qkv, rotation).reshape([n * kvHeads, parts, headDim]);
      const [seen, keys, values] = attend(index, turned as tf.Tensor3D);
      const y = tf.add(x, layer.out(seen)) as tf.Tensor2D;
      const gated = swiglu(...layer.gateUp(unit(y)));
      return [tf.add(y, layer.down(gated)) as tf.Tensor2D, keys, values];
    });
    x = next;
    kept.push(keys, values);
  }
  return { hidden: unit(x), kept };
}

function turn(x: tf.Tensor4D, { cos, sin, turn }: Rotation): tf.Tensor4D {
  const turned = tf.matMul(x.reshape([-1, turn.shape[0]]), turn).reshape(x.shape);
  return tf.add(tf.mul(x, cos), tf.mul(turned, sin));
}

/**
 * The rotation of tokens at these positions; the caller disposes of it.
 *
 * @param positions [3 · n]: time, height, width.
 */
export function rotationAt(config: Qwen2VlConfig, positions: Int32Array): Rotation {
  const { headDim: d, heads, kvHeads } = config.text;
  const half = d / 2, share = heads / kvHeads, parts = share + 2;
  const n = positions.length / 3;
  const angles = mropeAngles(config, positions);
  const cos = new Float32Array(n * parts * d), sin = new Float32Array(n * parts * d);
  const scale = 1 / Math.sqrt(d);
  for (let token = 0; token < n; token++) {
    const start = token * parts * d, key = start + share * d;
    for (let i = 0; i < half; i++) {
      const angle = angles[token * half + i]!;
      cos[key + i] = cos[key + half + i] = Math.cos(angle);
      sin[key + i] = sin[key + half + i] = Math.sin(angle);
    }
    for (let i = 0; i < share * d; i++) {
      cos[start + i] = scale * cos[key + i % d]!;
      sin[start + i] = scale * sin[key + i % d]!;
    }
    cos.fill(1, key + d, key + 2 * d);
  }
  return {
    cos: tf.tensor4d(cos, [n, 1, parts, d]),
    sin: tf.tensor4d(sin, [n, 1, parts, d]),
    turn: quarterTurn(d),
  };
}
