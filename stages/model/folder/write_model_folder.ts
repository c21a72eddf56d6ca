import type * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { checkSavable } from "../safetensors/check_finite.ts";
import { copyCompanionFiles } from "./companion_files.ts";
import { writeSafetensors } from "../safetensors/write.ts";

/**
 * Writes a model folder in the published layout: the weights in one file, and the other files
 * as they are in the model's original folder.
 *
 * @param source The folder that the model was opened from.
 * @param target An existing folder.
 * @param weights By published name.
 * @throws {RangeError} If a weight is not finite: names the parameter.
 */
export async function writeModelFolder(
  source: string,
  target: string,
  weights: Iterable<readonly [string, tf.Tensor]>,
): Promise<void> {
  await copyCompanionFiles(source, target);
  const entries = [];
  for (const [name, tensor] of weights) {
    const data = await tensor.data() as Float32Array;
    checkSavable(data, name);
    entries.push({ name, shape: tensor.shape, data });
  }
  await writeSafetensors(`${target}/model.safetensors`, entries);
}
