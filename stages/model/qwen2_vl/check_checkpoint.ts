import type { Checkpoint } from "../safetensors/checkpoint.ts";
import { quoted } from "../../../data/short_text.ts";
import type { Qwen2VlConfig } from "./config.ts";

/**
 * Refuses a config.json with more layers than the checkpoint has parameters. Call it before
 * making the names of the layers, which may be 10^9.
 *
 * @param config config.json as it was read.
 * @throws {SyntaxError} Names the folder, what config.json says and what the weights hold.
 */
export function checkLayerCounts(
  { folder, names }: Pick<Checkpoint, "folder" | "names">,
  { text, vision }: Pick<Qwen2VlConfig, "text" | "vision">,
): void {
  if (text.layers + vision.depth <= names.length) return;
  throw new SyntaxError(
    `${folder}: config.json has num_hidden_layers ${text.layers} and a vision tower of depth ` +
      `${vision.depth}, but the weights hold only ${names.length} parameters: fetch both again`,
  );
}

/** Most bytes of parameters that config.json does not name; the head of a tied model has 1.3 GB. */
const MAX_OTHER_BYTES = 2 ** 31;

/**
 * Compares a checkpoint's names and shapes with what config.json asks for. Parameters beyond
 * these are allowed: some tools save buffers, or the head of a tied model.
 *
 * @param expected Shapes by published name.
 * @throws {SyntaxError} Names the folder, the parameter, its shape and the one expected.
 */
export function checkCheckpoint(
  checkpoint: Pick<Checkpoint, "folder" | "names" | "shape">,
  expected: ReadonlyMap<string, readonly number[]>,
): void {
  const names = new Set(checkpoint.names);
  for (const [name, wanted] of expected) {
    if (!names.has(name)) {
      const remedy = name === "lm_head.weight"
        ? "set tie_word_embeddings in config.json if the head is the embedding"
        : "the weights are of another model than config.json; fetch both again";
      throw new SyntaxError(
        `${checkpoint.folder} has no parameter "${name}" of shape [${wanted}]: ${remedy}`,
      );
    }
    const shape = checkpoint.shape(name);
    if (
      shape.length !== wanted.length || shape.some((side, i) => side !== wanted[i])
    ) {
      throw new SyntaxError(
        `${checkpoint.folder}: parameter "${name}" has shape [${shape}], but config.json ` +
          `asks for [${wanted}]: fetch both again`,
      );
    }
  }
  const others = checkpoint.names.filter((name) => !expected.has(name));
  const bytes = others.reduce((sum, name) => sum + 4 * size(checkpoint.shape(name)), 0);
  if (bytes <= MAX_OTHER_BYTES) return;
  throw new SyntaxError(
    `${checkpoint.folder} has parameters that config.json does not ask for, such as ` +
      `${quoted(others[0])}, of ${bytes} bytes: fetch both again`,
  );
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
