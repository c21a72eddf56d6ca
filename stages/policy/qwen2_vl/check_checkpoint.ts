import type { Checkpoint } from "../safetensors.ts";
import type { Qwen2VlConfig } from "./config.ts";
import { expectedShapes } from "./expected_shapes.ts";

/**
 * Compares a checkpoint's names and shapes with what config.json says. Parameters beyond
 * these are left alone: some tools save buffers, or the head of a tied model.
 *
 * @throws {SyntaxError} Names the folder, the parameter, its shape and the one expected.
 */
export function checkCheckpoint(
  checkpoint: Pick<Checkpoint, "folder" | "names" | "shape">,
  config: Qwen2VlConfig,
): void {
  const names = new Set(checkpoint.names);
  for (const [name, expected] of expectedShapes(config)) {
    if (!names.has(name)) {
      const remedy = name === "lm_head.weight"
        ? "set tie_word_embeddings in config.json where the head is the embedding"
        : "the weights are of another model than config.json; fetch both again";
      throw new SyntaxError(
        `${checkpoint.folder} has no parameter "${name}" of shape [${expected}]: ${remedy}`,
      );
    }
    const shape = checkpoint.shape(name);
    if (
      shape.length !== expected.length || shape.some((side, i) => side !== expected[i])
    ) {
      throw new SyntaxError(
        `${checkpoint.folder}: parameter "${name}" has shape [${shape}], but config.json ` +
          `asks for [${expected}]: fetch both again`,
      );
    }
  }
}
