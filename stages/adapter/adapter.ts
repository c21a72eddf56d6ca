import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { stream } from "../../data/random.ts";
import { loraTargets, peftTargets } from "./lora_targets.ts";
import type { LoraAdapter, LoraPair } from "./peft.ts";
import type { Adapter, Weights } from "../model/weights/weights.ts";

/** How a fresh adapter is made. */
export interface AdapterOptions {
  /** Rank. */
  readonly r: number;
  /** The adapter's product is scaled by alpha / r. */
  readonly alpha: number;
  /** The dense layers that get one, as {@linkcode loraTargets} reads them. */
  readonly targetModules: readonly string[];
}

/** The form of an adapter's matrices. */
export interface AdapterForm {
  readonly r: number;
  readonly alpha: number;
  /** `alpha / r`, or `alpha / √r` for a rank-stabilised adapter. */
  readonly scale: number;
}

/**
 * A fresh adapter for the dense layers that `targetModules` names: A uniform in ±1/√in as in
 * PEFT, B zero, so it changes nothing at first.
 *
 * @param weights The model's parameters by published name.
 * @param freezeVision No adapters in the vision tower.
 * @returns Matrices by name, `MODULE.lora_A.weight` and `MODULE.lora_B.weight`.
 * @throws {RangeError} If a target is not a dense layer of the model.
 */
export function freshAdapter(
  weights: ReadonlyMap<string, tf.Tensor>,
  { r, targetModules }: AdapterOptions,
  seed: number,
  freezeVision = false,
): Map<string, tf.Tensor> {
  const shapes = [...weights].map(([name, { shape }]) => ({ name, shape }));
  const matrices = new Map<string, tf.Tensor>();
  for (
    const [index, module] of loraTargets(shapes, targetModules, freezeVision).entries()
  ) {
    const [out, inputs] = weights.get(`${module}.weight`)!.shape as [number, number];
    const next = stream(seed, index);
    const bound = 1 / Math.sqrt(inputs);
    const a = Float32Array.from({ length: r * inputs }, () => (2 * next() - 1) * bound);
    matrices.set(`${module}.lora_A.weight`, tf.tensor2d(a, [r, inputs]));
    matrices.set(`${module}.lora_B.weight`, tf.zeros([out, r]));
  }
  return matrices;
}

/** A model's parameters with an adapter; switched off, the parameters alone. */
export function withAdapter(
  weights: ReadonlyMap<string, tf.Tensor>,
  matrices: ReadonlyMap<string, tf.Tensor>,
  scale: number,
): Weights & { readonly adapter: Adapter } {
  return {
    get: (name) => weights.get(name),
    keys: () => weights.keys(),
    values: () => weights.values(),
    adapter: { scale, matrices },
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

/**
 * Tensors as the record that {@linkcode writePeft} writes.
 *
 * @param parameters Names of all parameters of the model, to name the adapted layers
 * as briefly as possible.
 */
export async function adapterRecord(
  matrices: ReadonlyMap<string, tf.Tensor>,
  form: AdapterForm,
  parameters: Iterable<string>,
): Promise<LoraAdapter> {
  const modules = new Map<string, LoraPair>();
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
  const all = [...parameters].filter((name) => name.endsWith(".weight"))
    .map((name) => name.slice(0, -".weight".length));
  const { r, alpha, scale } = form;
  return { r, alpha, scale, targetModules: peftTargets(modules.keys(), all), modules };
}
