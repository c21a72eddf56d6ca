import * as tf from "@tensorflow/tfjs";
import type { Question } from "../../data/question.ts";
import { frozenFeatures, type Learner, promptOf } from "./learner.ts";
import { adamW, clipByGlobalNorm } from "./optimizer.ts";
import type {
  TokenLoss,
  TokenSequence,
  TokenStatistics,
  UpdateOptions,
  UpdateResult,
} from "./policy.ts";
import { forward, type LearningRow, tokenLossGradients } from "./token_loss_gradients.ts";
import type { PolicyOptions } from "./trainable_policy.ts";

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

/** One optimiser step on the gradient of a loss: the policy's verb of this name. */
export async function update(
  learner: Learner,
  sequences: readonly TokenSequence[],
  loss: TokenLoss,
  options: UpdateOptions,
  signal?: AbortSignal,
): Promise<UpdateResult> {
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
      const features = await frozenFeatures(learner, rows.map(({ prompt }) => prompt));
      try {
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
        accumulate(gradients, part.gradients);
        statistics.push(...part.statistics);
        value += part.loss;
        numTokens += part.numTokens;
      } finally {
        features?.dispose();
      }
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
  const { scale, norm } = await clipByGlobalNorm(
    gradients,
    maxGradNorm > 0 ? maxGradNorm : Infinity,
  );
  adamW(learner.trained, gradients, learner.moments, learningRate, adam, scale);
  learner.version++;
  return norm;
}
