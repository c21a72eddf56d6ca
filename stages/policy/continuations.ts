import { enterPhase } from "../engine/phases.ts";
import { promptFeatures } from "../model/prompt_features.ts";
import type { PromptTokens } from "../model/prompt_tokens.ts";
import { generate, type Generated, type GenerateOptions } from "./generate.ts";
import type { Learner } from "./learner.ts";
import { frozenFeatures } from "./prompt_cache.ts";

/**
 * Continuations of prompts under a learner's current weights, by the engine of this thread; the
 * prompts' images are seen first, if their features are not known.
 *
 * @returns G continuations for each prompt.
 * @throws {DOMException} "AbortError", between two tokens, if `signal` is aborted.
 */
export async function continuations(
  learner: Learner,
  prompts: readonly PromptTokens[],
  options: GenerateOptions,
  signal?: Pick<AbortSignal, "throwIfAborted">,
): Promise<Generated[][]> {
  const { folder: { config }, current } = learner;
  enterPhase("vision");
  const features = await frozenFeatures(learner, prompts) ??
    promptFeatures(current, config, prompts);
  try {
    return await generate(current, config, prompts, features, options, signal);
  } finally {
    features?.dispose();
  }
}
