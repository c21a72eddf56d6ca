import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { compiled, isCompiling } from "../../engine/compiled/compiled.ts";
import { forProducts } from "../../engine/native_kernels/bfloat16.ts";
import {
  allTensors,
  dense,
  parameter,
  type Weights,
  weightsForm,
} from "../weights/weights.ts";
import type { Qwen2VlConfig } from "./config.ts";
import { logits, outputHead } from "./output_head.ts";

/**
 * The text decoder's weights as sampling multiplies with them. Inputs of `qkv`, `gateUp` and
 * `head` are normalised, but not yet multiplied by the norm's weight.
 */
export interface DecoderWeights extends Disposable {
  /** Says of the computation with them what shapes do not. */
  readonly form: string;
  /** All tensors that the computation uses, always in the same order. */
  readonly tensors: readonly tf.Tensor[];
  readonly layers: readonly DecoderLayer[];
  /** [n, hiddenSize] → [n, vocabulary] */
  readonly head: Product;
  /** Token embeddings, [vocabulary, hiddenSize]; the model's own. */
  readonly embeddings: tf.Tensor2D;
  /** Frees the copies, if there are any; the model's own weights stay. */
  [Symbol.dispose](): void;
}

/** The products of one layer. */
export interface DecoderLayer {
  /**
   * Of each key head its queries, its key and its value:
   * [n, hiddenSize] → [n, kvHeads · (heads / kvHeads + 2) · headDim].
   */
  readonly qkv: Product;
  /** [n, heads · headDim] → [n, hiddenSize] */
  readonly out: Product;
  /** [n, hiddenSize] → twice [n, intermediateSize] */
  readonly gateUp: (unit: tf.Tensor2D) => [gate: tf.Tensor2D, up: tf.Tensor2D];
  /** [n, intermediateSize] → [n, hiddenSize] */
  readonly down: Product;
}

type Product = (x: tf.Tensor2D) => tf.Tensor2D;

/** Joined weights take at most this many numbers, 1 GiB: a second copy of them is in memory. */
const JOINED = 2 ** 28;

const EMBEDDINGS = "model.embed_tokens.weight";

/** Tensors of a layer in {@linkcode joinedTensors}. */
const PER_LAYER = 5;

/**
 * Weights for sampling with `weights`: joined copies on an engine that compiles, if they are small
 * enough, else the model's own. The wasm engine keeps transposed weights beside the model's own
 * itself, and the learner uses them too.
 */
export function decoderWeights(
  weights: Weights,
  config: Qwen2VlConfig,
): DecoderWeights {
  return isCompiling() && joinedSize(config) <= JOINED
    ? joinedWeights(weights, config)
    : ownWeights(weights, config);
}

function joinedSize({ text }: Qwen2VlConfig): number {
  const { hiddenSize, heads, kvHeads, headDim, intermediateSize, layers, vocabSize } =
    text;
  const columns = (2 * heads + 2 * kvHeads) * headDim + 3 * intermediateSize;
  return hiddenSize * (layers * columns + vocabSize);
}

/**
 * Copies of the weights, made for a few rows at a time: q, k and v in one matrix, gate and up
 * in one, an adapter merged (W + scale · B A), a norm's weight multiplied into the matrix behind
 * it, and all transposed, since engines pack the right operand of x Wᵀ again at every product.
 */
export function joinedWeights(weights: Weights, config: Qwen2VlConfig): DecoderWeights {
  const inputs = allTensors(weights);
  const own = weightsForm(weights), form = JSON.stringify(config.text);
  const made = compiled(
    `joined weights ${form} ${own}`,
    inputs,
    () => joinedTensors(weights, config),
  );
  const layers = Array.from({ length: config.text.layers }, (_, layer): DecoderLayer => {
    const [qkv, bias, out, gateUp, down] = made.slice(PER_LAYER * layer) as [
      tf.Tensor2D,
      tf.Tensor1D,
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor2D,
    ];
    return {
      qkv: (unit) => tf.add(tf.matMul(unit, qkv), bias),
      out: (seen) => tf.matMul(seen, out),
      gateUp: (unit) =>
        tf.split(tf.matMul(unit, gateUp), 2, 1) as [tf.Tensor2D, tf.Tensor2D],
      down: (gated) => tf.matMul(gated, down),
    };
  });
  const head = made.at(-1) as tf.Tensor2D;
  const embeddings = parameter<tf.Tensor2D>(weights, EMBEDDINGS);
  return {
    form: `joined ${form}`,
    tensors: [...made, embeddings],
    layers,
    head: (unit) => tf.matMul(unit, head),
    embeddings,
    [Symbol.dispose]: () => tf.dispose(made),
  };
}

function joinedTensors(weights: Weights, config: Qwen2VlConfig): tf.Tensor[] {
  const { layers, kvHeads } = config.text;
  const tensors: tf.Tensor[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const block = `model.layers.${layer}`;
    const part = (name: string) => merged(weights, `${block}.${name}`);
    const norm = (name: string) => parameter(weights, `${block}.${name}.weight`);
    const projections = ["q", "k", "v"].map((name) => `self_attn.${name}_proj`);
    tensors.push(...tf.tidy(() => {
      const qkv = byKeyHead(projections.map(part), kvHeads);
      const biases = projections.map((name) =>
        parameter(weights, `${block}.${name}.bias`)
      );
      const gateUp = tf.concat([part("mlp.gate_proj"), part("mlp.up_proj")]);
      return [
        transposed(tf.mul(qkv, norm("input_layernorm"))),
        byKeyHead(biases, kvHeads),
        transposed(part("self_attn.o_proj")),
        transposed(tf.mul(gateUp, norm("post_attention_layernorm"))),
        transposed(part("mlp.down_proj")),
      ];
    }));
  }
  const norm = parameter(weights, "model.norm.weight");
  tensors.push(tf.tidy(() => transposed(tf.mul(outputHead(weights, config), norm))));
  return tensors;
}

/** In the precision of the engine's products. */
function transposed(matrix: tf.Tensor): tf.Tensor {
  return forProducts(tf.transpose(matrix));
}

/** Parts of a projection, [kvHeads · some, …], with the parts of one key head beside each other. */
function byKeyHead(parts: readonly tf.Tensor[], kvHeads: number): tf.Tensor {
  const inner = parts[0]!.shape.slice(1);
  const joined = tf.concat(parts.map((x) => x.reshape([kvHeads, -1, ...inner])), 1);
  return joined.reshape([-1, ...inner]);
}

/** A layer's matrix with its adapter: W + scale · B A. */
function merged(weights: Weights, module: string): tf.Tensor2D {
  const weight = parameter<tf.Tensor2D>(weights, `${module}.weight`);
  const matrix = (side: "A" | "B") =>
    weights.adapter?.matrices.get(`${module}.lora_${side}.weight`) as
      | tf.Tensor2D
      | undefined;
  const down = matrix("A"), up = matrix("B");
  if (weights.adapter === undefined || down === undefined || up === undefined) {
    return weight;
  }
  return tf.add(weight, tf.mul(tf.matMul(up, down), weights.adapter.scale));
}

/** The model's own weights, for models of which a second copy would take too much memory. */
export function ownWeights(weights: Weights, config: Qwen2VlConfig): DecoderWeights {
  const { kvHeads } = config.text;
  const layers = Array.from({ length: config.text.layers }, (_, layer): DecoderLayer => {
    const block = `model.layers.${layer}`;
    const product = (name: string, x: tf.Tensor2D) =>
      dense(weights, `${block}.${name}`, x);
    const normed = (name: string, unit: tf.Tensor2D) =>
      tf.mul(unit, parameter(weights, `${block}.${name}.weight`)) as tf.Tensor2D;
    return {
      qkv: (unit) => {
        const x = normed("input_layernorm", unit), n = x.shape[0];
        const parts = ["q", "k", "v"].map((name) =>
          product(`self_attn.${name}_proj`, x).reshape([n, kvHeads, -1])
        );
        return tf.concat(parts, 2).reshape([n, -1]);
      },
      out: (seen) => product("self_attn.o_proj", seen),
      gateUp: (unit) => {
        const x = normed("post_attention_layernorm", unit);
        return [product("mlp.gate_proj", x), product("mlp.up_proj", x)];
      },
      down: (gated) => product("mlp.down_proj", gated),
    };
  });
  return {
    form: `${JSON.stringify(config.text)} ${weightsForm(weights)}`,
    tensors: allTensors(weights),
    layers,
    head: (unit) => {
      const x = tf.mul(unit, parameter(weights, "model.norm.weight")) as tf.Tensor2D;
      return logits(weights, config, x);
    },
    embeddings: parameter(weights, EMBEDDINGS),
    [Symbol.dispose]: () => {},
  };
}
