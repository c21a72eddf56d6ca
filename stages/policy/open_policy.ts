import * as tf from "@tensorflow/tfjs";
import { hashText } from "../../data/random.ts";
import type { Question } from "../../data/question.ts";
import type { Completion } from "../records.ts";
import { adapterRecord, freshAdapter, withAdapter } from "./adapter.ts";
import { generate } from "./generate.ts";
import { type ModelFolder, openModelFolder } from "./model_folder.ts";
import { adamW, type AdamWState, clipByGlobalNorm } from "./optimizer.ts";
import { writePeft } from "./peft.ts";
import type { TokenLoss, TokenSequence, TokenStatistics } from "./policy.ts";
import { readPolicyState, writePolicyState } from "./policy_state.ts";
import { encodePrompt, type PromptTokens } from "./prompt_tokens.ts";
import { writeModelFolder } from "./write_model_folder.ts";
import {
  forward,
  type LearningRow,
  promptFeatures,
  tokenLossGradients,
} from "./token_loss_gradients.ts";
import type { PolicyOptions, TrainablePolicy } from "./trainable_policy.ts";
import type { Weights } from "./weights.ts";

/** Everything behind a policy's verbs. */
interface Learner {
  readonly folder: ModelFolder;
  readonly options: PolicyOptions;
  /** The parameters that stay as they are. */
  readonly base: Map<string, tf.Tensor>;
  /** The parameters that learn, replaced at each step: the model's own, or an adapter's. */
  readonly trained: Map<string, tf.Tensor>;
  /** Whether `trained` lies beside `base`. */
  readonly adapted: boolean;
  /** What the policy samples from and learns. */
  readonly current: Weights;
  /** What KL is measured against: weights as they were, or the adapter switched off. */
  readonly reference: ReadonlyMap<string, tf.Tensor> | undefined;
  /** Prompts of questions that are still in somebody's hands. */
  readonly prompts: WeakMap<Question, PromptTokens>;
  moments: AdamWState;
  version: number;
}

/**
 * Opens a model folder as a policy that samples and learns.
 *
 * Start a backend first. Weights are widened to 32-bit floats, tensor by tensor.
 *
 * @param path A folder in the published Qwen2-VL layout.
 * @throws {Deno.errors.NotFound} Where the folder or one of its files is missing.
 * @throws {SyntaxError} Where a file is damaged or does not fit the others.
 * @throws {RangeError} Where `options.lora` names no layer of the model.
 */
export async function openPolicy(
  path: string,
  options: PolicyOptions,
): Promise<TrainablePolicy> {
  const folder = await openModelFolder(path);
  const base = new Map<string, tf.Tensor>();
  try {
    for (const name of folder.checkpoint.names) {
      const shape = [...folder.checkpoint.shape(name)];
      base.set(name, tf.tensor(await folder.checkpoint.read(name), shape, "float32"));
    }
    return asPolicy(startLearner(folder, base, options));
  } catch (error) {
    tf.dispose([...base.values()]);
    throw error;
  } finally {
    folder.close();
  }
}

/** The learner behind a policy's verbs. */
function asPolicy(learner: Learner): TrainablePolicy {
  const { folder } = learner;
  return {
    get version() {
      return learner.version;
    },
    prompts: folder.prompts ?? "paper",
    encodeCompletion: (text) => [...folder.tokenizer.encode(text), endToken(folder)],
    sample: (questions, sampling, signal) => sample(learner, questions, sampling, signal),
    update: (sequences, loss, update, signal) =>
      updateOnce(learner, sequences, loss, update, signal),
    saveModel: (target) => saveModel(learner, target),
    saveState: (target) => writePolicyState(target, learner),
    restoreState: (source) => restoreState(learner, source),
    dispose: () => disposeLearner(learner),
  };
}

function startLearner(
  folder: ModelFolder,
  base: Map<string, tf.Tensor>,
  options: PolicyOptions,
): Learner {
  const common = {
    folder,
    options,
    base,
    prompts: new WeakMap<Question, PromptTokens>(),
    version: 0,
  };
  if (options.lora !== undefined) {
    const trained = freshAdapter(base, options.lora, options.seed);
    const current = withAdapter(base, trained, options.lora.alpha / options.lora.r);
    return {
      ...common,
      trained,
      adapted: true,
      current,
      reference: options.reference ? base : undefined,
      moments: new Map(),
    };
  }
  // A clone shares its values with the tensor until the optimiser replaces that.
  const reference = options.reference
    ? new Map([...base].map(([name, tensor]) => [name, tensor.clone()]))
    : undefined;
  const learns = (name: string) => !options.freezeVision || !name.startsWith("visual.");
  const trained = new Map([...base].filter(([name]) => learns(name)));
  for (const name of trained.keys()) base.delete(name);
  return {
    ...common,
    trained,
    adapted: false,
    current: { get: (name) => trained.get(name) ?? base.get(name) },
    reference,
    moments: new Map(),
  };
}

function disposeLearner(learner: Learner): void {
  const { base, trained, adapted, reference, moments } = learner;
  tf.dispose([...trained.values(), ...base.values()]);
  if (!adapted && reference !== undefined) tf.dispose([...reference.values()]);
  tf.dispose([...moments.values()].flatMap(({ mean, square }) => [mean, square]));
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

function promptOf({ folder, prompts }: Learner, question: Question): PromptTokens {
  let prompt = prompts.get(question);
  if (prompt === undefined) {
    prompt = encodePrompt(question, folder);
    prompts.set(question, prompt);
  }
  return prompt;
}

async function sample(
  learner: Learner,
  questions: readonly Question[],
  options: Parameters<TrainablePolicy["sample"]>[1],
  signal?: AbortSignal,
): Promise<Completion[][]> {
  const { folder: { config, tokenizer }, current, version } = learner;
  signal?.throwIfAborted();
  if (questions.length === 0) return [];
  const prompts = questions.map((question) => promptOf(learner, question));
  const features = tf.tidy(() =>
    promptFeatures(current, config, prompts.map((prompt) => ({ prompt })))
  );
  const keys = questions.map(({ id }) => [options.seed, options.step, hashText(id)]);
  try {
    const groups = await generate(current, config, prompts, features, {
      ...options,
      endTokens: config.tokens.eos,
      bannedTokens: [config.tokens.image, config.tokens.video],
      tokenizerSize: tokenizer.size,
      key: (prompt) => keys[prompt]!,
    }, signal);
    return groups.map((group, i) =>
      group.map(({ tokenIds, logProbs, finish }, index) => ({
        id: `${options.step}/${questions[i]!.id}/${index}`,
        step: options.step,
        question: questions[i]!,
        index,
        text: tokenizer.decode(finish === "stop" ? tokenIds.slice(0, -1) : tokenIds),
        tokenIds,
        logProbs,
        finish,
        policyVersion: version,
      }))
    );
  } finally {
    features?.dispose();
  }
}

/** A run of consecutive sequences that go through the model together. */
interface MicroBatch {
  readonly rows: readonly LearningRow[];
  /** Index of the first sequence. */
  readonly first: number;
}

/** Sequences in micro-batches of at most `size`, neighbours with one question in one row. */
function microBatches(
  learner: Learner,
  sequences: readonly TokenSequence[],
  size: number,
): MicroBatch[] {
  const step = size > 0 ? size : sequences.length;
  const batches: MicroBatch[] = [];
  for (let first = 0; first < sequences.length; first += step) {
    const rows: { question: Question; completions: (readonly number[])[] }[] = [];
    for (const { question, tokenIds } of sequences.slice(first, first + step)) {
      const last = rows.at(-1);
      if (last?.question === question) last.completions.push(tokenIds);
      else rows.push({ question, completions: [tokenIds] });
    }
    batches.push({
      first,
      rows: rows.map(({ question, completions }) => ({
        prompt: promptOf(learner, question),
        completions,
      })),
    });
  }
  return batches;
}

async function updateOnce(
  learner: Learner,
  sequences: readonly TokenSequence[],
  loss: TokenLoss,
  options: Parameters<TrainablePolicy["update"]>[2],
  signal?: AbortSignal,
): ReturnType<TrainablePolicy["update"]> {
  const { folder: { config }, current, trained, options: { optimizer } } = learner;
  const { temperature } = options;
  if (options.reference && learner.reference === undefined) {
    throw new RangeError(
      "The policy was opened without a reference: open it with `reference: true`",
    );
  }
  const gradients = new Map<string, tf.Tensor>();
  const statistics: TokenStatistics[] = [];
  let value = 0, numTokens = 0;
  try {
    for (
      const { rows, first } of microBatches(
        learner,
        sequences,
        learner.options.microBatchSize,
      )
    ) {
      signal?.throwIfAborted();
      const features = learner.options.freezeVision
        ? tf.tidy(() => promptFeatures(current, config, rows))
        : undefined;
      const reference = options.reference
        ? await referenceStatistics(learner, rows, temperature, features)
        : undefined;
      const part = tokenLossGradients(
        current,
        config,
        rows,
        trained,
        loss,
        first,
        temperature,
        features,
        reference,
      );
      features?.dispose();
      accumulate(gradients, part.gradients);
      statistics.push(...part.statistics);
      value += part.loss;
      numTokens += part.numTokens;
    }
    signal?.throwIfAborted();
    const gradNorm = await step(learner, gradients, options.learningRate, optimizer);
    const entropies = statistics.flatMap(({ entropies }) => entropies);
    return {
      loss: value,
      gradNorm,
      entropy: entropies.reduce((sum, h) => sum + h, 0) / Math.max(1, entropies.length),
      statistics,
      numTokens,
    };
  } finally {
    tf.dispose([...gradients.values()]);
  }
}

async function referenceStatistics(
  learner: Learner,
  rows: readonly LearningRow[],
  temperature: number,
  visionFeatures: tf.Tensor2D | undefined,
): Promise<Float32Array> {
  const { folder: { config }, reference } = learner;
  const statistics = tf.tidy(() =>
    forward(reference!, config, rows, temperature, visionFeatures).statistics
  );
  const values = await statistics.data() as Float32Array;
  statistics.dispose();
  return values;
}

function accumulate(
  sums: Map<string, tf.Tensor>,
  parts: ReadonlyMap<string, tf.Tensor>,
): void {
  for (const [name, part] of parts) {
    const sum = sums.get(name);
    sums.set(name, sum === undefined ? part : tf.add(sum, part));
    if (sum !== undefined) tf.dispose([sum, part]);
  }
}

/** Clips, moves the weights, and gives the gradient's norm before clipping. */
async function step(
  learner: Learner,
  gradients: Map<string, tf.Tensor>,
  learningRate: number,
  { maxGradNorm, ...adam }: PolicyOptions["optimizer"],
): Promise<number> {
  const { clipped, norm } = await clipByGlobalNorm(
    gradients,
    maxGradNorm > 0 ? maxGradNorm : Infinity,
  );
  for (const [name, gradient] of clipped) gradients.set(name, gradient);
  adamW(learner.trained, clipped, learner.moments, learningRate, adam);
  learner.version++;
  return norm;
}

async function saveModel(learner: Learner, target: string): Promise<void> {
  const { folder, options, base, trained, adapted } = learner;
  if (adapted && options.lora !== undefined) {
    await writePeft(target, await adapterRecord(trained, options.lora), {
      baseModel: folder.path,
    });
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
