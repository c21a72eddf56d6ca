import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import type { Learner } from "./learner.ts";
import type { TokenLoss, UpdateOptions } from "./policy.ts";
import { frozenFeatures } from "./prompt_cache.ts";
import {
  forward,
  type LearningRow,
  type LossGradients,
  tokenLossGradients,
} from "./token_loss_gradients.ts";

/** Consecutive sequences of an update that go through the model together. */
export interface MicroBatch {
  readonly rows: readonly LearningRow[];
  /** Index of the first sequence in the update. */
  readonly first: number;
}

/**
 * Value and gradients of a loss on a micro-batch under a learner's current weights, by the engine
 * of this thread, with the reference's log-probabilities if they are asked for.
 */
export async function microBatchGradients<M>(
  learner: Learner,
  { rows, first }: MicroBatch,
  loss: TokenLoss<M>,
  options: Pick<UpdateOptions, "temperature" | "reference">,
): Promise<LossGradients<M>> {
  const { folder: { config }, current, trained } = learner;
  const { temperature } = options;
  const features = await frozenFeatures(learner, rows.map(({ prompt }) => prompt));
  try {
    const reference = options.reference
      ? await referenceStatistics(learner, rows, temperature, features)
      : undefined;
    return tokenLossGradients(
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
  } finally {
    features?.dispose();
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
