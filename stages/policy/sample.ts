import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import type { Question } from "../../data/questions/question.ts";
import { hashText } from "../../data/random.ts";
import type { Completion } from "../records.ts";
import { generate } from "./generate.ts";
import { frameOf, frozenFeatures, type Learner, promptOf } from "./learner.ts";
import type { SamplingOptions } from "./policy.ts";
import { promptFeatures } from "./token_loss_gradients.ts";

/** Draws G completions for each question: the policy's verb of this name. */
export async function sample(
  learner: Learner,
  questions: readonly Question[],
  options: SamplingOptions,
  signal?: AbortSignal,
): Promise<Completion[][]> {
  const { folder: { config, tokenizer, frame }, current, version } = learner;
  signal?.throwIfAborted();
  if (questions.length === 0) return [];
  const prompts = questions.map((question) => promptOf(learner, question));
  const features = await frozenFeatures(learner, prompts) ??
    tf.tidy(() => promptFeatures(current, config, prompts.map((prompt) => ({ prompt }))));
  const keys = questions.map(({ id }) => [options.seed, options.step, hashText(id)]);
  try {
    const groups = await generate(current, config, prompts, features, {
      ...options,
      endTokens: config.tokens.eos,
      badWords: [
        [config.tokens.image],
        [config.tokens.video],
        ...(options.badWords ?? []).map((text) => tokenizer.encode(text)),
      ],
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
        // What is said nothing of is 0–1000, so that records stay as they were.
        ...frame !== "per mille" && { frame: frameOf(learner, questions[i]!) },
        policyVersion: version,
      }))
    );
  } finally {
    features?.dispose();
  }
}
