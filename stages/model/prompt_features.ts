import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { compiled } from "../engine/compiled/compiled.ts";
import type { PromptTokens } from "./prompt_tokens.ts";
import type { Qwen2VlConfig } from "./qwen2_vl/config.ts";
import {
  hasCommonForm,
  type VisionInputs,
  visionInputs,
  visionTower,
} from "./vision_tower.ts";
import { allTensors, type Weights, weightsForm } from "./weights/weights.ts";

/**
 * The vision tower's features of the images of prompts, one prompt after another.
 *
 * @returns [visual tokens, hiddenSize], which the caller disposes of; `undefined` if the prompts
 * have no image.
 */
export function promptFeatures(
  weights: Weights,
  config: Qwen2VlConfig,
  prompts: readonly PromptTokens[],
): tf.Tensor2D | undefined {
  const images = promptImages(config, prompts);
  if (images === undefined) return undefined;
  const tensors = tf.tensor_util.getTensorsInContainer(
    images as unknown as tf.TensorContainer,
  );
  const [features] = compiled(
    JSON.stringify(["vision", config, weightsForm(weights), images.grids]),
    [...tensors, ...allTensors(weights)],
    () => [visionTower(weights, config, images)],
    { eager: !hasCommonForm(images) },
  );
  tf.dispose(tensors);
  return features;
}

/**
 * The images of prompts, one prompt after another, as the vision tower takes them.
 *
 * @returns `undefined` if the prompts have no image; the caller disposes of the tensors.
 */
export function promptImages(
  config: Qwen2VlConfig,
  prompts: readonly PromptTokens[],
): VisionInputs | undefined {
  const images = prompts.flatMap((prompt) => prompt.images);
  if (images.length === 0) return undefined;
  const grids = images.map(({ grid }) => grid);
  const width = images[0]!.pixelValues.length / patches(grids[0]!);
  const all = new Float32Array(images.reduce((n, i) => n + i.pixelValues.length, 0));
  let at = 0;
  for (const { pixelValues } of images) {
    all.set(pixelValues, at);
    at += pixelValues.length;
  }
  return visionInputs(config, tf.tensor2d(all, [all.length / width, width]), grids);
}

function patches([t, h, w]: readonly [number, number, number]): number {
  return t * h * w;
}
