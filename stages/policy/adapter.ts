import * as tf from "@tensorflow/tfjs";
import { stream } from "../../data/random.ts";
import type { LoraAdapter } from "./peft.ts";
import type { Adapter, Weights } from "./weights.ts";

/** What an adapter is made of. */
export interface AdapterOptions {
  /** Rank. */
  readonly r: number;
  /** The adapter's product is scaled by alpha / r. */
  readonly alpha: number;
  /** Last parts of the names of the dense layers that get one, such as "q_proj". */
  readonly targetModules: readonly string[];
}

/**
 * A fresh adapter for the dense layers whose name ends in one of `targetModules`: A uniform in
 * ±1/√in as in PEFT, B zero, so that at first it changes nothing.
 *
 * @param weights The model's parameters by published name.
 * @returns Matrices by name, `MODULE.lora_A.weight` and `MODULE.lora_B.weight`.
 * @throws {RangeError} Where no dense layer has such a name, or another kind of layer has it:
 * PEFT would adapt that too.
 */
export function freshAdapter(
  weights: ReadonlyMap<string, tf.Tensor>,
  { r, targetModules }: AdapterOptions,
  seed: number,
): Map<string, tf.Tensor> {
  const matrices = new Map<string, tf.Tensor>();
  let index = 0;
  for (const [name, tensor] of weights) {
    const module = name.replace(/\.weight$/, "");
    const last = module.split(".").at(-1)!;
    if (!name.endsWith(".weight") || !targetModules.includes(last)) continue;
    if (tensor.rank !== 2) {
      throw new RangeError(
        `"${last}" also names ${module}, which is not a dense layer: leave it out of the targets`,
      );
    }
    const [out, inputs] = tensor.shape as [number, number];
    const next = stream(seed, index++);
    const bound = 1 / Math.sqrt(inputs);
    const a = Float32Array.from({ length: r * inputs }, () => (2 * next() - 1) * bound);
    matrices.set(`${module}.lora_A.weight`, tf.tensor2d(a, [r, inputs]));
    matrices.set(`${module}.lora_B.weight`, tf.zeros([out, r]));
  }
  if (matrices.size === 0) {
    throw new RangeError(
      `No dense layer is called ${
        targetModules.join(", ")
      }: use names such as q_proj, v_proj`,
    );
  }
  return matrices;
}

/** A model's parameters with an adapter beside them; switched off, the parameters alone. */
export function withAdapter(
  weights: ReadonlyMap<string, tf.Tensor>,
  matrices: ReadonlyMap<string, tf.Tensor>,
  scale: number,
): Weights & { readonly adapter: Adapter } {
  return {
    get: (name) => weights.get(name),
    adapter: { scale, get: (name) => matrices.get(name) },
  };
}

/** An adapter's file as tensors, for {@link withAdapter}. */
export function adapterTensors({ r, modules }: LoraAdapter): Map<string, tf.Tensor> {
  const matrices = new Map<string, tf.Tensor>();
  for (const [module, { a, b, inputs, outputs }] of modules) {
    matrices.set(`${module}.lora_A.weight`, tf.tensor2d(a, [r, inputs]));
    matrices.set(`${module}.lora_B.weight`, tf.tensor2d(b, [outputs, r]));
  }
  return matrices;
}

/** Tensors as the record that {@linkcode writePeft} writes. */
export async function adapterRecord(
  matrices: ReadonlyMap<string, tf.Tensor>,
  { r, alpha, targetModules }: AdapterOptions,
): Promise<LoraAdapter> {
  const modules = new Map<
    string,
    LoraAdapter["modules"] extends ReadonlyMap<string, infer P> ? P : never
  >();
  for (const [name, a] of matrices) {
    if (!name.endsWith(".lora_A.weight")) continue;
    const module = name.replace(/\.lora_A\.weight$/, "");
    const b = matrices.get(`${module}.lora_B.weight`)!;
    modules.set(module, {
      a: await a.data() as Float32Array,
      b: await b.data() as Float32Array,
      inputs: a.shape[1]!,
      outputs: b.shape[0]!,
    });
  }
  return { r, alpha, scale: alpha / r, targetModules, modules };
}
