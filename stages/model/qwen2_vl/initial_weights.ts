import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import type { Qwen2VlConfig } from "./config.ts";
import { expectedShapes } from "./expected_shapes.ts";

/**
 * Fresh parameters: norms 1, biases 0, embeddings normal with deviation 0.02, and matrices
 * normal with variance 1 / (3 · inputs), as in PyTorch's linear layers: 0.02 throughout suits
 * models a hundred times as wide, and slows the learning of the embedded model's vision tower.
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
        : tf.randomNormal(
          [...shape],
          0,
          deviation(name, shape),
          "float32",
          seed * 1000 + offset,
        ),
    );
  }
  return weights;
}

function deviation(name: string, [, ...inputs]: readonly number[]): number {
  if (name.endsWith("embed_tokens.weight")) return 0.02;
  return 1 / Math.sqrt(3 * inputs.reduce((product, size) => product * size, 1));
}
