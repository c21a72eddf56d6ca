import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { enterPhase } from "../engine/phases.ts";
import type { Computer } from "./computer.ts";
import type { Learner } from "./learner.ts";
import { globalNorm } from "./gradient_norm.ts";
import { microBatches } from "./micro_batches.ts";
import { adamW, type AdamWStep } from "./optimizer.ts";
import type {
  Policy,
  TokenLoss,
  TokenSequence,
  TokenStatistics,
  UpdateOptions,
  UpdateResult,
} from "./policy.ts";
import type { PolicyOptions } from "./policy_options.ts";
import { addGradients } from "./sum_gradients.ts";

/** The verb `update` of a policy: one optimiser step on the gradient of a loss. */
export function updateWith(learner: Learner, computer: Computer): Policy["update"] {
  const { optimizer, microBatchSize } = learner.options;
  return async <M>(
    sequences: readonly TokenSequence[],
    loss: TokenLoss<M>,
    options: UpdateOptions,
    signal?: AbortSignal,
  ): Promise<UpdateResult<M>> => {
    if (options.reference && learner.reference === undefined) {
      throw new RangeError(
        "The policy was opened without a reference: open it with `reference: true`",
      );
    }
    const gradients = new Map<string, tf.Tensor>();
    const statistics: TokenStatistics[] = [], metrics: M[] = [];
    let value = 0, numTokens = 0;
    try {
      const batches = microBatches(learner, sequences, microBatchSize);
      for await (const part of computer.gradients(batches, loss, options, signal)) {
        addGradients(gradients, part.gradients);
        statistics.push(...part.statistics);
        metrics.push(...part.metrics);
        value += part.loss;
        numTokens += part.numTokens;
      }
      enterPhase("optimiser");
      signal?.throwIfAborted();
      const { gradNorm, fault: skipped } = Number.isFinite(value)
        ? await step(learner, gradients, options.learningRate, optimizer)
        : {
          gradNorm: await globalNorm([...gradients.values()]),
          fault: `the loss is ${value}`,
        };
      const entropies = statistics.flatMap(({ entropies }) => entropies);
      return {
        loss: value,
        gradNorm,
        entropy: entropies.reduce((sum, h) => sum + h, 0) / Math.max(1, entropies.length),
        statistics,
        metrics,
        numTokens,
        ...skipped !== undefined && { skipped },
      };
    } finally {
      tf.dispose([...gradients.values()]);
    }
  };
}

/** Clips the gradient and updates the weights, or says why not. */
async function step(
  learner: Learner,
  gradients: ReadonlyMap<string, tf.Tensor>,
  learningRate: number,
  { maxGradNorm, ...adam }: PolicyOptions["optimizer"],
): Promise<AdamWStep> {
  const { trained, moments } = learner;
  const maxNorm = maxGradNorm > 0 ? maxGradNorm : Infinity;
  const options = { rate: learningRate, maxNorm };
  const made = await adamW(trained, gradients, moments, adam, options);
  if (made.fault === undefined) learner.version++;
  if (Number.isFinite(made.gradNorm)) return made;
  for (const [name, gradient] of gradients) {
    const norm = await globalNorm([gradient]);
    if (!Number.isFinite(norm)) {
      return { ...made, fault: `the gradient of "${name}" has norm ${norm}` };
    }
  }
  return made;
}
