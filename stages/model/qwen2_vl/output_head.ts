import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { parameter, type Weights } from "../weights/weights.ts";
import type { Qwen2VlConfig } from "./config.ts";

/** The output head, [vocabulary, hiddenSize]: lm_head, or the token embeddings if they are tied. */
export function outputHead(weights: Weights, config: Qwen2VlConfig): tf.Tensor2D {
  return parameter(
    weights,
    config.text.tieWordEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight",
  );
}

/** Logits of hidden states: [n, hiddenSize] → [n, vocabulary]. No gradient. */
export function logits(
  weights: Weights,
  config: Qwen2VlConfig,
  hidden: tf.Tensor2D,
): tf.Tensor2D {
  return tf.matMul(hidden, outputHead(weights, config), false, true);
}
