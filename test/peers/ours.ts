/**
 * What our own code makes of a published folder, of an adapter to it and of an updated copy.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Question } from "../../data/questions/question.ts";
import { adapterTensors, withAdapter } from "../../stages/adapter/adapter.ts";
import { mergeAdapter } from "../../stages/adapter/merge_adapter.ts";
import { openModelFolder } from "../../stages/model/folder/model_folder.ts";
import { openPolicy } from "../../stages/policy/open_policy.ts";
import { packRows } from "../support/packed_rows.ts";
import { readPeft } from "../../stages/adapter/peft.ts";
import type { TokenLoss } from "../../stages/policy/policy.ts";
import { encodePrompt, type PromptTokens } from "../../stages/model/prompt_tokens.ts";
import { logits } from "../../stages/model/qwen2_vl/output_head.ts";
import {
  packedAttention,
  textInputs,
  textTower,
} from "../../stages/model/qwen2_vl/text.ts";
import { visionInputs, visionTower } from "../../stages/model/vision_tower.ts";
import { mropePositions } from "../../stages/model/qwen2_vl/mrope.ts";
import type { PolicyOptions } from "../../stages/policy/policy_options.ts";
import type { TrainablePolicy } from "../../stages/policy/policy.ts";
import type { Weights } from "../../stages/model/weights/weights.ts";

/** Tokens that an answer may have. */
export const MAX_NEW_TOKENS = 40;

/** A model on disk, and what the policy that it came from says. */
export interface Variant {
  readonly name: string;
  /** Folder in the published layout. */
  readonly model: string;
  /** Folder in PEFT's layout. */
  readonly adapter?: string;
  /** Folder of the adapter that was merged into the first variant to give this one. */
  readonly mergedFrom?: string;
  /** One a question. */
  readonly answers: readonly Answer[];
}

/** A greedy answer. */
export interface Answer {
  readonly tokenIds: readonly number[];
  readonly text: string;
  /** Of each token, by the policy in memory. */
  readonly logProbs: readonly number[];
  /** [prompt and answer tokens, vocabulary], by the files that the policy wrote. */
  readonly logits: Float32Array;
}

const options: PolicyOptions = {
  optimizer: {
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0,
    maxGradNorm: 1,
  },
  freezeVision: false,
  reference: false,
  microBatchSize: 4,
  seed: 7,
};

/** Layers of both towers: PEFT's names for them differ from the published ones. */
const lora = {
  r: 4,
  alpha: 8,
  // Whole kinds of layers, and single ones that adapter_config.json has to name in full.
  targetModules: [
    "q_proj",
    "v_proj",
    "down_proj",
    "qkv",
    "fc1",
    "layers.1.*.*_proj",
    "/visual\\.(merger\\.mlp\\.2|blocks\\.0\\.attn\\.proj)/",
  ],
};

/** Prompts as the policy encodes them. */
export async function ourPrompts(
  model: string,
  questions: readonly Question[],
): Promise<PromptTokens[]> {
  const folder = await openModelFolder(model);
  folder.close();
  return questions.map((question) => encodePrompt(question, folder));
}

/**
 * The model as published, with a trained adapter, with that adapter merged into it, and after
 * an update of all its weights.
 */
export async function ourVariants(
  model: string,
  questions: readonly Question[],
  work: string,
): Promise<Variant[]> {
  const adapter = `${work}/adapter`, updated = `${work}/updated`;
  const merged = `${work}/merged`;
  await Deno.mkdir(merged);
  await Deno.mkdir(adapter);
  await Deno.mkdir(updated);
  return [
    await variant({ name: "published", model }, questions, () => Promise.resolve()),
    await variant({ name: "adapter", model, adapter }, questions, async (policy) => {
      await learn(policy, questions, 5e-3);
      await policy.saveModel(adapter);
    }),
    await mergedVariant({ name: "merged", model: merged, mergedFrom: adapter }),
    await variant({ name: "updated", model: updated }, questions, async (policy) => {
      await learn(policy, questions, 2e-4);
      await policy.saveModel(updated);
    }, model),
  ];

  async function mergedVariant(files: Omit<Variant, "answers">): Promise<Variant> {
    // In shards, as large models are written.
    await mergeAdapter({ model, adapter, out: merged, maxShardBytes: 2e6 });
    return await variant(files, questions, () => Promise.resolve());
  }
}

async function variant(
  files: Omit<Variant, "answers">,
  questions: readonly Question[],
  prepare: (policy: TrainablePolicy) => Promise<void>,
  source = files.model,
): Promise<Variant> {
  const adapted = files.adapter === undefined ? {} : { lora };
  const policy = await openPolicy(source, { ...options, ...adapted });
  try {
    await prepare(policy);
    const answers = await greedy(policy, questions);
    // A learning rate of zero: only the statistics are wanted.
    const { statistics } = await policy.update(answers, pushDown, {
      learningRate: 0,
      temperature: 1,
      reference: false,
    });
    const scores = await fileLogits(
      files,
      questions,
      answers.map(({ tokenIds }) => tokenIds),
    );
    return {
      ...files,
      answers: answers.map(({ tokenIds, text }, i) => ({
        tokenIds,
        text,
        logProbs: statistics[i]!.logProbs,
        logits: scores[i]!,
      })),
    };
  } finally {
    policy.dispose();
  }
}

async function greedy(policy: TrainablePolicy, questions: readonly Question[]) {
  const groups = await policy.sample(questions, {
    numGenerations: 1,
    temperature: 0,
    topK: 0,
    topP: 1,
    maxCompletionLength: MAX_NEW_TOKENS,
    seed: 1,
    step: 0,
  });
  return groups.flat();
}

/** Two steps: an adapter's first one leaves half of its matrices as they were. */
async function learn(
  policy: TrainablePolicy,
  questions: readonly Question[],
  learningRate: number,
) {
  const sequences = await greedy(policy, questions.slice(0, 4));
  const update = { learningRate, temperature: 1, reference: false };
  for (let step = 0; step < 2; step++) await policy.update(sequences, pushDown, update);
}

/** Makes every token less likely: answers that were sure change too. */
const pushDown: TokenLoss = (statistics) => ({
  loss: statistics.flatMap(({ logProbs }) => logProbs).reduce((a, b) => a + b, 0),
  gradients: statistics.map(({ logProbs }) => logProbs.map(() => 1)),
});

/** Logits of all tokens of prompts and answers, by the files alone. */
async function fileLogits(
  { model, adapter }: Omit<Variant, "answers">,
  questions: readonly Question[],
  answers: readonly (readonly number[])[],
): Promise<Float32Array[]> {
  const folder = await openModelFolder(model);
  const base = new Map<string, tf.Tensor>();
  const { checkpoint, config } = folder;
  for (const name of checkpoint.names) {
    const shape = [...checkpoint.shape(name)];
    base.set(name, tf.tensor(await checkpoint.read(name), shape, "float32"));
  }
  folder.close();
  const peft = adapter === undefined ? undefined : await readPeft(adapter);
  const matrices = peft === undefined ? undefined : adapterTensors(peft);
  const weights: Weights = matrices === undefined
    ? base
    : withAdapter(base, matrices, peft!.scale);
  const values = questions.map((question, i) =>
    tf.tidy(() => {
      const { tokenIds: prompt, images } = encodePrompt(question, folder);
      const tokenIds = [...prompt, ...answers[i]!];
      const grids = images.map(({ grid }) => grid);
      const { positions } = mropePositions(tokenIds, grids, config);
      const packed = packRows(
        [{ tokenIds, positions }],
        config.tokens.image,
      );
      const { pixelValues, grid: [t, h, w] } = images[0]!;
      const patches = t * h * w;
      const pixels = tf.tensor2d(pixelValues, [patches, pixelValues.length / patches]);
      const features = visionTower(weights, config, visionInputs(config, pixels, grids));
      const hidden = textTower(
        weights,
        config,
        textInputs(config, packed),
        packedAttention(packed),
        features,
      );
      return logits(weights, config, hidden).dataSync() as Float32Array;
    })
  );
  tf.dispose([...base.values(), ...matrices?.values() ?? []]);
  return values;
}
