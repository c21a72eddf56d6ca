import { taughtPrompts } from "../../data/questions/prompt.ts";
import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { type Computer, ownEngine } from "./computer.ts";
import { adapterRecord } from "../adapter/adapter.ts";
import { checkAdapterFits } from "../adapter/check_adapter_fits.ts";
import { disposeLearner, type Learner, startLearner } from "./learner.ts";
import { loadWeights } from "../model/weights/load_weights.ts";
import { isVision, loraTargets } from "../adapter/lora_targets.ts";
import { type ModelFolder, openModelFolder } from "../model/folder/model_folder.ts";
import { type LoraAdapter, readPeft, writePeft } from "../adapter/peft.ts";
import { readPolicyState, writePolicyState } from "./policy_state.ts";
import type { Checkpoint } from "../model/safetensors/checkpoint.ts";
import { checkDtypes } from "../model/safetensors/check_dtypes.ts";
import { withPixelLimits } from "../model/qwen2_vl/image_processor.ts";
import { rowBytes } from "../model/qwen2_vl/row_bytes.ts";
import type { TrainablePolicy } from "./policy.ts";
import type { PolicyOptions } from "./policy_options.ts";
import { frameOf, promptOf } from "./prompt_cache.ts";
import { sampleWith } from "./sample.ts";
import { updateWith } from "./update.ts";
import { workerCount } from "./workers/worker_count.ts";
import { workers } from "./workers/workers.ts";
import { workerPool } from "./workers/worker_pool.ts";
import { writeModelFolder } from "../model/folder/write_model_folder.ts";

/**
 * Opens a model folder as a policy that samples and learns.
 *
 * Start a backend first. Weights are widened to 32-bit floats, tensor by tensor.
 *
 * @param path A folder in the published Qwen2-VL layout.
 * @throws {Deno.errors.NotFound} If the folder or one of its files is missing.
 * @throws {SyntaxError} If a file is damaged or does not fit the others.
 * @throws {RangeError} If the limits of `options.pixels` cross, `options.lora` names no
 * layer of the model, or `options.adapter` has a layer that is frozen.
 */
export async function openPolicy(
  path: string,
  options: PolicyOptions,
): Promise<TrainablePolicy> {
  const published = await openModelFolder(path);
  const { checkpoint } = published;
  try {
    const preprocessor = withPixelLimits(published.preprocessor, options.pixels ?? {});
    const folder = { ...published, preprocessor };
    checkDtypes(checkpoint);
    const given = options.adapter === undefined
      ? undefined
      : await readPeft(options.adapter);
    checkLayers(checkpoint, options, given);
    const base = await loadWeights(checkpoint);
    const opened = new Map(base);
    try {
      const learner = startLearner(folder, base, options, given);
      const count = workerCount(options.workers ?? 1, bytesOf(opened));
      const computer = count === 1
        ? ownEngine(learner)
        : workers(learner, await workerPool(learner, count, opened, given));
      return policyOf(learner, computer);
    } catch (error) {
      tf.dispose([...opened.values()]);
      throw error;
    }
  } finally {
    published.close();
  }
}

/** Refuses impossible adapters before a large model is read. */
function checkLayers(
  checkpoint: Checkpoint,
  { lora, adapter, freezeVision }: PolicyOptions,
  given: LoraAdapter | undefined,
): void {
  if (given) {
    checkAdapterFits(given, checkpoint, adapter!);
    const seeing = [...given.modules.keys()].find(isVision);
    if (!freezeVision || seeing === undefined) return;
    throw new RangeError(
      `${adapter} adapts ${seeing} of the vision tower, which freezeVision leaves as it ` +
        "is: leave one of them out",
    );
  }
  if (lora === undefined) return;
  const shapes = checkpoint.names.map((name) => ({
    name,
    shape: checkpoint.shape(name),
  }));
  loraTargets(shapes, lora.targetModules, freezeVision);
}

function bytesOf(tensors: ReadonlyMap<string, tf.Tensor>): number {
  return [...tensors.values()].reduce((sum, { size }) => sum + 4 * size, 0);
}

function policyOf(learner: Learner, computer: Computer): TrainablePolicy {
  const { folder } = learner;
  return {
    get version() {
      return learner.version;
    },
    workers: computer.workers,
    prompts: taughtPrompts(folder.prompts, folder.config.modelType, folder.frame),
    sample: sampleWith(learner, computer),
    update: updateWith(learner, computer),
    frameOf: (question) => frameOf(learner, question),
    rowBytes: (question, maxCompletionLength) => {
      const { tokenIds, images } = promptOf(learner, question);
      const patches = images.map(({ grid: [t, h, w] }) => t * h * w);
      const size = { promptTokens: tokenIds.length, patches, maxCompletionLength };
      return rowBytes(folder.config, size);
    },
    encodeCompletion: (text) => [...folder.tokenizer.encode(text), endToken(folder)],
    saveModel: (target) => saveModel(learner, target),
    saveState: (target) => writePolicyState(target, learner),
    restoreState: (source) => restoreState(learner, source),
    dispose() {
      computer.dispose();
      disposeLearner(learner);
    },
  };
}

function endToken({ config, path }: ModelFolder): number {
  const [end] = config.tokens.eos;
  if (end === undefined) {
    throw new RangeError(
      `${path} names no end token: add eos_token_id to generation_config.json`,
    );
  }
  return end;
}

async function saveModel(learner: Learner, target: string): Promise<void> {
  const { folder, options, base, trained, adapter } = learner;
  if (adapter !== undefined) {
    const record = await adapterRecord(trained, adapter, base.keys());
    await writePeft(target, record, { baseModel: options.modelName ?? folder.path });
    return;
  }
  await writeModelFolder(folder.path, target, [...base, ...trained]);
}

async function restoreState(learner: Learner, source: string): Promise<void> {
  const { trained, moments } = learner;
  const shapes = new Map([...trained].map(([name, { shape }]) => [name, shape]));
  const state = await readPolicyState(source, shapes);
  tf.dispose([...trained.values()]);
  tf.dispose([...moments.values()].flatMap(({ mean, square }) => [mean, square]));
  for (const [name, tensor] of state.trained) trained.set(name, tensor);
  learner.moments = state.moments;
  learner.version = state.version;
}
