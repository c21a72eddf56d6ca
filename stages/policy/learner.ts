import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import type { Question } from "../../data/questions/question.ts";
import {
  type AdapterForm,
  adapterTensors,
  freshAdapter,
  withAdapter,
} from "../adapter/adapter.ts";
import { isVision } from "../adapter/lora_targets.ts";
import type { ModelFolder } from "../model/folder/model_folder.ts";
import type { LoraAdapter } from "../adapter/peft.ts";
import type { AdamWState } from "./optimizer.ts";
import type { PromptTokens } from "../model/prompt_tokens.ts";
import type { PolicyOptions } from "./policy_options.ts";
import type { Weights } from "../model/weights/weights.ts";

/** The state that a policy samples from and updates. */
export interface Learner {
  readonly folder: ModelFolder;
  readonly options: PolicyOptions;
  /** The parameters that stay as they are. */
  readonly base: Map<string, tf.Tensor>;
  /** The parameters that learn, replaced at each step: the model's own, or an adapter's. */
  readonly trained: Map<string, tf.Tensor>;
  /** Form of the adapter in `trained`; absent if the model's own weights learn. */
  readonly adapter: AdapterForm | undefined;
  /** What the policy samples from and learns. */
  readonly current: Weights;
  /** Reference of the KL divergence: the model as it was opened, with its adapter if it had one. */
  readonly reference: Weights | undefined;
  /** Tensors that only the reference uses. */
  readonly kept: readonly tf.Tensor[];
  /** Prompts by question, as long as the question is in use. */
  readonly prompts: WeakMap<Question, PromptTokens>;
  /** Vision features of those prompts; absent if the vision tower learns. */
  readonly features: WeakMap<PromptTokens, Float32Array> | undefined;
  moments: AdamWState;
  version: number;
}

/**
 * Prepares a model's parameters for learning.
 *
 * @param base All parameters by published name; the learner owns the map and its tensors.
 * @param given An adapter to start from, which fits the model.
 * @throws {RangeError} If `options.lora` names no layer of the model.
 */
export function startLearner(
  folder: ModelFolder,
  base: Map<string, tf.Tensor>,
  options: PolicyOptions,
  given?: LoraAdapter,
): Learner {
  const common = {
    folder,
    options,
    base,
    prompts: new WeakMap<Question, PromptTokens>(),
    version: 0,
  };
  const { lora, freezeVision } = options;
  if (given !== undefined) {
    const trained = adapterTensors(given);
    const copies = options.reference
      ? new Map([...trained].map(([name, tensor]) => [name, tensor.clone()]))
      : undefined;
    const reference = copies && withAdapter(base, copies, given.scale);
    const kept = [...copies?.values() ?? []];
    return { ...common, ...beside(base, trained, given), reference, kept };
  }
  if (lora !== undefined) {
    const trained = freshAdapter(base, lora, options.seed, freezeVision);
    const form = { r: lora.r, alpha: lora.alpha, scale: lora.alpha / lora.r };
    // Fresh adapters change nothing, so the base is the reference.
    const reference = options.reference ? base : undefined;
    return { ...common, ...beside(base, trained, form), reference, kept: [] };
  }
  // A clone shares its values with the tensor until the optimiser replaces the tensor.
  const reference = options.reference
    ? new Map([...base].map(([name, tensor]) => [name, tensor.clone()]))
    : undefined;
  const learns = (name: string) => !freezeVision || !isVision(name);
  const trained = new Map([...base].filter(([name]) => learns(name)));
  for (const name of trained.keys()) base.delete(name);
  return {
    ...common,
    trained,
    features: featureCache(trained),
    adapter: undefined,
    current: besideEachOther(trained, base),
    reference,
    kept: [...reference?.values() ?? []],
    moments: new Map(),
  };
}

/** Two maps without a common name as one; they may change. */
function besideEachOther(
  a: ReadonlyMap<string, tf.Tensor>,
  b: ReadonlyMap<string, tf.Tensor>,
): Weights {
  return {
    get: (name) => a.get(name) ?? b.get(name),
    keys: () => [...a.keys(), ...b.keys()].values(),
    values: () => [...a.values(), ...b.values()].values(),
  };
}

/** The parts of a learner that trains an adapter. */
function beside(
  base: Map<string, tf.Tensor>,
  trained: Map<string, tf.Tensor>,
  { r, alpha, scale }: AdapterForm,
) {
  return {
    trained,
    features: featureCache(trained),
    adapter: { r, alpha, scale },
    current: withAdapter(base, trained, scale),
    moments: new Map(),
  };
}

/** A cache of vision features; `undefined` if a part of the vision tower learns. */
function featureCache(trained: ReadonlyMap<string, tf.Tensor>): Learner["features"] {
  for (const name of trained.keys()) if (name.startsWith("visual.")) return undefined;
  return new WeakMap();
}

/** Frees all of a learner's tensors. */
export function disposeLearner(learner: Learner): void {
  const { base, trained, kept, moments } = learner;
  tf.dispose([...trained.values(), ...base.values(), ...kept]);
  tf.dispose([...moments.values()].flatMap(({ mean, square }) => [mean, square]));
}
