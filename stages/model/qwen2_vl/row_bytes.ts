import type { Qwen2VlConfig } from "./config.ts";

/** How long a prompt and its answer are. */
export interface RowSize {
  /** Tokens of the prompt, visual ones included. */
  readonly promptTokens: number;
  /** Patches of each of its images, before they are merged. */
  readonly patches: readonly number[];
  /** Tokens that the answer may have. */
  readonly maxCompletionLength: number;
}

const FLOAT = 4;

/**
 * About how many bytes of tensors a prompt takes while it is read and answered: keys and values,
 * and what is larger of the activations of a vision block, those of a decoder block and the logits.
 * Weights are not counted.
 *
 * An estimate, by the shapes of the tensors that are alive at once; what was measured for the
 * embedded model is 2.8 MB.
 */
export function rowBytes(
  { text, vision }: Qwen2VlConfig,
  { promptTokens: n, patches, maxCompletionLength }: RowSize,
): number {
  const kept = 2 * text.layers * text.kvHeads * text.headDim * (n + maxCompletionLength);
  // Queries, keys, values, the residual stream and their copies; scores before and after softmax.
  const seen = patches.reduce(
    (sum, p) =>
      sum + p * (6 * vision.embedDim + 2 * vision.intermediateSize) +
      2 * vision.numHeads * p * p,
    0,
  );
  const read = n * (6 * text.hiddenSize + 3 * text.intermediateSize) +
    2 * text.heads * n * n;
  return FLOAT * (kept + Math.max(seen, read, 3 * text.vocabSize));
}
