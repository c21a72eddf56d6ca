import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { enterPhase } from "../engine/phases.ts";
import type { Learner } from "./learner.ts";
import {
  type LearningInputs,
  learningInputs,
  type LearningRow,
  tensorsOf,
} from "./learning_inputs.ts";
import type { TokenLoss, UpdateOptions } from "./policy.ts";
import { frozenFeatures } from "./prompt_cache.ts";
import {
  forward,
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
  const inputs = learningInputs(config, rows, features);
  try {
    const reference = options.reference
      ? await referenceStatistics(learner, inputs, temperature)
      : undefined;
    return tokenLossGradients(
      current,
      config,
      inputs,
      trained,
      loss,
      first,
      temperature,
      reference,
    );
  } finally {
    tf.dispose(tensorsOf(inputs));
  }
}

async function referenceStatistics(
  learner: Learner,
  inputs: LearningInputs,
  temperature: number,
): Promise<Float32Array> {
  const { folder: { config }, reference } = learner;
  enterPhase("reference");
  const statistics = forward(reference!, config, inputs, temperature);
  const values = await statistics.data() as Float32Array;
  statistics.dispose();
  return values;
}
