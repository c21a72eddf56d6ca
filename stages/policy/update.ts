import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { enterPhase } from "../engine/phases.ts";
import type { Computer } from "./computer.ts";
import type { Learner } from "./learner.ts";
import { microBatches } from "./micro_batches.ts";
import { adamW, clipScale, globalNorm } from "./optimizer.ts";
import type {
  Policy,
  TokenLoss,
  TokenSequence,
  TokenStatistics,
  UpdateOptions,
  UpdateResult,
} from "./policy.ts";
import type { PolicyOptions } from "./policy_options.ts";

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
        accumulate(gradients, part.gradients);
        statistics.push(...part.statistics);
        metrics.push(...part.metrics);
        value += part.loss;
        numTokens += part.numTokens;
      }
      enterPhase("optimiser");
      signal?.throwIfAborted();
      const gradNorm = await globalNorm(gradients);
      const skipped = await skipReason(value, gradNorm, gradients) ??
        await step(learner, gradients, gradNorm, options.learningRate, optimizer);
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

/** Why a gradient must not change the weights; `undefined` if it may. */
async function skipReason(
  loss: number,
  gradNorm: number,
  gradients: ReadonlyMap<string, tf.Tensor>,
): Promise<string | undefined> {
  if (!Number.isFinite(loss)) return `the loss is ${loss}`;
  if (Number.isFinite(gradNorm)) return undefined;
  for (const [name, gradient] of gradients) {
    const norm = await globalNorm(new Map([[name, gradient]]));
    if (!Number.isFinite(norm)) return `the gradient of "${name}" has norm ${norm}`;
  }
  return `the gradient's norm is ${gradNorm}`;
}

/** Clips the gradient and updates the weights; returns the reason if it does not. */
async function step(
  learner: Learner,
  gradients: Map<string, tf.Tensor>,
  gradNorm: number,
  learningRate: number,
  { maxGradNorm, ...adam }: PolicyOptions["optimizer"],
): Promise<string | undefined> {
  const scale = clipScale(gradNorm, maxGradNorm > 0 ? maxGradNorm : Infinity);
  const { trained, moments } = learner;
  const fault = await adamW(trained, gradients, moments, learningRate, adam, scale);
  if (fault === undefined) learner.version++;
  return fault;
}
