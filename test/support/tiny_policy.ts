import type { Question } from "../../data/questions/question.ts";
import type { PolicyOptions } from "../../stages/policy/policy_options.ts";
import { fixturePath } from "./fixtures.ts";

/** A model of a few thousand parameters, whose head is not its embeddings. */
export const TINY_MODEL = fixturePath("qwen2_vl/tiny-untied");

/** All weights learn, beside a reference. */
export const tinyOptions: PolicyOptions = {
  optimizer: {
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    weightDecay: 0.01,
    maxGradNorm: 1,
  },
  freezeVision: false,
  reference: true,
  microBatchSize: 0,
  seed: 5,
};

/** How a few short completions are sampled. */
export const tinySampling = {
  numGenerations: 3,
  temperature: 1,
  topK: 0,
  topP: 1,
  maxCompletionLength: 6,
  seed: 1,
  step: 1,
};

/** A question about a square image of noise. */
export function noiseQuestion(
  id: string,
  prompt: string,
  side = 56,
  noise = 31,
): Question {
  const size = side * side * 3;
  const data = Uint8Array.from({ length: size }, (_, i) => (i * noise) % 251);
  return {
    id,
    images: side === 0 ? [] : [{ width: side, height: side, data }],
    prompt,
    target: { kind: "classification", label: "cat" },
  };
}
