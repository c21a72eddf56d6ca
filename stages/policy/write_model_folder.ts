import type * as tf from "@tensorflow/tfjs";
import { writeSafetensors } from "./safetensors.ts";

/** Everything of a published folder that is not weights. */
const COMPANIONS = [
  "config.json",
  "generation_config.json",
  "preprocessor_config.json",
  "processor_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "vocab.json",
  "merges.txt",
  "added_tokens.json",
  "special_tokens_map.json",
  "chat_template.json",
  "chat_template.jinja",
  "visual_rft.json",
];

/**
 * Writes a model folder in the published layout: the weights in one file, and the other files
 * as they are in the folder that the model came from.
 *
 * @param source The folder that the model was opened from.
 * @param target An existing folder.
 * @param weights By published name.
 */
export async function writeModelFolder(
  source: string,
  target: string,
  weights: Iterable<readonly [string, tf.Tensor]>,
): Promise<void> {
  for (const name of COMPANIONS) {
    try {
      await Deno.copyFile(`${source}/${name}`, `${target}/${name}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  const entries = [];
  for (const [name, tensor] of weights) {
    entries.push({
      name,
      shape: tensor.shape,
      data: await tensor.data() as Float32Array,
    });
  }
  await writeSafetensors(`${target}/model.safetensors`, entries);
}
