import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { type CoordinateFrame, PER_MILLE } from "../../data/geometry/frame.ts";
import type { Question } from "../../data/questions/question.ts";
import { enterPhase } from "../engine/phases.ts";
import { promptFeatures } from "../model/prompt_features.ts";
import { encodePrompt, type PromptTokens } from "../model/prompt_tokens.ts";
import type { Learner } from "./learner.ts";

/** A question as tokens, computed once and kept as long as the question is in use. */
export function promptOf({ folder, prompts }: Learner, question: Question): PromptTokens {
  let prompt = prompts.get(question);
  if (prompt === undefined) {
    enterPhase("prompt");
    prompt = encodePrompt(question, folder);
    prompts.set(question, prompt);
  }
  return prompt;
}

/**
 * The frame of the boxes in answers to a question: the one that its prompt asks for, or the model's
 * own. Pixels are those of the first image, resized.
 */
export function frameOf(learner: Learner, question: Question): CoordinateFrame {
  const { frame, coordinateStep, preprocessor: { patchSize } } = learner.folder;
  const { frame: kind = frame } = question;
  if (kind === "per mille") return { kind, step: coordinateStep };
  if (kind === "unit") return { kind };
  const [seen] = promptOf(learner, question).images;
  if (seen === undefined) return PER_MILLE; // no image, no boxes
  const [, rows, columns] = seen.grid;
  return { kind, width: columns * patchSize, height: rows * patchSize };
}

/**
 * Vision features of the prompts' images, if the vision tower does not learn: they are
 * computed once per question. `undefined` if it learns or there is no image.
 *
 * @returns [visual tokens, hiddenSize]; the caller disposes of it.
 */
export async function frozenFeatures(
  { features, current, folder: { config } }: Learner,
  prompts: readonly PromptTokens[],
): Promise<tf.Tensor2D | undefined> {
  if (features === undefined) return undefined;
  const fresh = prompts.filter((prompt) =>
    !features.has(prompt) && prompt.images.length > 0
  );
  for (const prompt of new Set(fresh)) {
    enterPhase("vision");
    const computed = promptFeatures(current, config, [prompt])!;
    features.set(prompt, await computed.data() as Float32Array);
    computed.dispose();
  }
  const parts = prompts.map((prompt) => features.get(prompt) ?? new Float32Array());
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  if (all.length === 0) return undefined;
  const { hiddenSize } = config.text;
  return tf.tensor2d(all, [all.length / hiddenSize, hiddenSize]);
}
