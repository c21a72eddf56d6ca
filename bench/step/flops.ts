import type { Qwen2VlConfig } from "../../stages/model/qwen2_vl/config.ts";
import type { Shape } from "../shapes.ts";

/** Floating-point operations of a phase. */
export type Flops = Readonly<Record<string, number>>;

/** What learns: numbers in all trained tensors, and those of adapters in a layer of each kind. */
export interface Trained {
  /** Trained parameters. */
  readonly parameters: number;
  /** Parameters of adapters; 0 where the weights themselves learn. */
  readonly adapters: number;
}

/**
 * Floating-point operations that the phases of a GRPO step need, by arithmetic from shapes: two for
 * a multiplication and addition of a product of matrices, nothing for all else.
 *
 * It is what the mathematics asks for and not what a program does: every completion token attends
 * to its prompt and to what is before it in its own completion; a prompt goes through the model
 * once for all its completions; adapters are merged into the weights for sampling; a vision
 * tower that learns runs once for sampling, once for the reference and once for the update, a
 * frozen one once in all.
 */
export function stepFlops(config: Qwen2VlConfig, shape: Shape, trained: Trained): Flops {
  const { questions, numGenerations, visualTokens, textTokens, newTokens } = shape;
  const prompt = visualTokens + textTokens;
  const rows = questions * numGenerations;
  const token = tokenFlops(config), head = headFlops(config);
  const attention = (pairs: number) => pairs * pairFlops(config);
  const vision = questions * visionFlops(config, visualTokens);
  const learnsToSee = trained.adapters === 0;
  // A row of an update: the prompt without its last token, and a block for each completion.
  const packed = prompt - 1 + numGenerations * newTokens;
  const blocks = numGenerations *
    (newTokens * (prompt - 1) + triangle(newTokens));
  const text = {
    dense: questions * packed * token + rows * newTokens * head,
    attention: questions * attention(triangle(prompt - 1) + blocks),
    adapters: questions * packed * 2 * trained.adapters,
  };
  const seen = learnsToSee ? vision : 0;
  const forward = seen + text.dense + text.attention + text.adapters;
  return {
    vision,
    prefill: questions * (prompt * token + head + attention(triangle(prompt))),
    decode: rows * (newTokens - 1) * (token + head) +
      rows * attention(
          (newTokens - 1) * prompt + triangle(newTokens - 1),
        ),
    reference: forward - text.adapters,
    forward,
    // To inputs, and to weights if they learn; both operands of attention have gradients.
    backward: 2 * (seen + text.attention + text.adapters) +
      (learnsToSee ? 2 : 1) * text.dense,
    optimiser: 14 * trained.parameters, // AdamW 12, the gradient's norm 2
  };
}

/** Pairs (i, j) with j <= i. */
function triangle(size: number): number {
  return size * (size + 1) / 2;
}

/** Of one token through all layers' products with weights. */
function tokenFlops({ text }: Qwen2VlConfig): number {
  const { hiddenSize, heads, kvHeads, headDim, intermediateSize, layers } = text;
  const attention = hiddenSize * headDim * (2 * heads + 2 * kvHeads);
  return 2 * layers * (attention + 3 * hiddenSize * intermediateSize);
}

/** Of one token's logits. */
function headFlops({ text }: Qwen2VlConfig): number {
  return 2 * text.hiddenSize * text.vocabSize;
}

/** Of one token that attends to one other: score and value, in all heads and layers. */
function pairFlops({ text }: Qwen2VlConfig): number {
  return 4 * text.layers * text.heads * text.headDim;
}

/** Of one image. */
function visionFlops({ vision }: Qwen2VlConfig, visualTokens: number): number {
  const { embedDim, intermediateSize, depth, inChannels, hiddenSize } = vision;
  const squares = vision.spatialMergeSize ** 2, patches = visualTokens * squares;
  const pixels = inChannels * vision.temporalPatchSize * vision.patchSize ** 2;
  const merged = squares * embedDim;
  return 2 * patches * pixels * embedDim +
    depth * (2 * patches * (4 * embedDim ** 2 + 2 * embedDim * intermediateSize) +
        4 * patches ** 2 * embedDim) +
    2 * visualTokens * merged * (merged + hiddenSize);
}
