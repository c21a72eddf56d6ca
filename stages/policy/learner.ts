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

/** Everything behind a policy's verbs. */
export interface Learner {
  readonly folder: ModelFolder;
  readonly options: PolicyOptions;
  /** The parameters that stay as they are. */
  readonly base: Map<string, tf.Tensor>;
  /** The parameters that learn, replaced at each step: the model's own, or an adapter's. */
  readonly trained: Map<string, tf.Tensor>;
  /** Of the adapter that `trained` is, beside `base`; absent: the model's own weights learn. */
  readonly adapter: AdapterForm | undefined;
  /** What the policy samples from and learns. */
  readonly current: Weights;
  /** What KL is measured against: the model as it was given, with its adapter if it had one. */
  readonly reference: Weights | undefined;
  /** Tensors that nothing but the reference holds. */
  readonly kept: readonly tf.Tensor[];
  /** Prompts of questions that are still in somebody's hands. */
  readonly prompts: WeakMap<Question, PromptTokens>;
  /** Vision features of such prompts, where the vision tower stays as it is. */
  readonly features: WeakMap<PromptTokens, Float32Array> | undefined;
  moments: AdamWState;
  version: number;
}

/**
 * Takes over a model's parameters for learning.
 *
 * @param base All parameters by published name; the learner owns map and tensors from now on.
 * @param given An adapter to start from, which fits the model.
 * @throws {RangeError} Where `options.lora` names no layer of the model.
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
    // Fresh adapters change nothing: the model as it was given is the base.
    const reference = options.reference ? base : undefined;
    return { ...common, ...beside(base, trained, form), reference, kept: [] };
  }
  // A clone shares its values with the tensor until the optimiser replaces that.
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
    current: { get: (name) => trained.get(name) ?? base.get(name) },
    reference,
    kept: [...reference?.values() ?? []],
    moments: new Map(),
  };
}

/** What a learner has where an adapter learns beside the weights. */
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

/** Room for vision features, unless something of the vision tower learns. */
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
