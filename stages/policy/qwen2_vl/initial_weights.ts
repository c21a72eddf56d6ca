import * as tf from "@tensorflow/tfjs";
import type { Qwen2VlConfig } from "./config.ts";
import { expectedShapes } from "./expected_shapes.ts";

/**
 * Fresh parameters: normal with deviation 0.02, norms 1, biases 0.
 *
 * @param seed The same seed gives the same parameters on every backend.
 * @returns Tensors that the caller owns, by published name.
 */
export function initialWeights(
  config: Qwen2VlConfig,
  seed: number,
): Map<string, tf.Tensor> {
  const weights = new Map<string, tf.Tensor>();
  let offset = 0;
  for (const [name, shape] of expectedShapes(config)) {
    offset++;
    weights.set(
      name,
      /(norm\d?|ln_q)\.weight$/.test(name)
        ? tf.ones([...shape])
        : name.endsWith(".bias")
        ? tf.zeros([...shape])
        : tf.randomNormal([...shape], 0, 0.02, "float32", seed * 1000 + offset),
    );
  }
  return weights;
}
