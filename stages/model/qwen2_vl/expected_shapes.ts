import type { Qwen2VlConfig, VisionConfig } from "./config.ts";

/**
 * Name and shape of every parameter of a model of this form, under the published names
 * (`visual.…`, `model.…`, `lm_head.weight`). A tied model has no `lm_head.weight`.
 *
 * Linear weights are [out, in], as the files hold them.
 */
export function expectedShapes(config: Qwen2VlConfig): Map<string, readonly number[]> {
  return new Map([...visionShapes(config), ...textShapes(config)]);
}

/** Names with their shapes. */
export type Shapes = [string, readonly number[]][];

/** A dense layer with bias. */
export function denseLayer(name: string, out: number, inputs: number): Shapes {
  return [[`${name}.weight`, [out, inputs]], [`${name}.bias`, [out]]];
}

function layerNorm(name: string, width: number): Shapes {
  return [[`${name}.weight`, [width]], [`${name}.bias`, [width]]];
}

/** The convolution that takes a patch to the vision tower's width. */
export function patchEmbedding(vision: VisionConfig): Shapes[number] {
  const { embedDim, inChannels, temporalPatchSize, patchSize } = vision;
  return [
    "visual.patch_embed.proj.weight",
    [embedDim, inChannels, temporalPatchSize, patchSize, patchSize],
  ];
}

function visionShapes({ vision }: Qwen2VlConfig): Shapes {
  const width = vision.embedDim;
  const inner = vision.intermediateSize;
  const merged = width * vision.spatialMergeSize ** 2;
  const shapes = [patchEmbedding(vision)];
  for (let i = 0; i < vision.depth; i++) {
    const block = `visual.blocks.${i}`;
    shapes.push(
      ...layerNorm(`${block}.norm1`, width),
      ...denseLayer(`${block}.attn.qkv`, 3 * width, width),
      ...denseLayer(`${block}.attn.proj`, width, width),
      ...layerNorm(`${block}.norm2`, width),
      ...denseLayer(`${block}.mlp.fc1`, inner, width),
      ...denseLayer(`${block}.mlp.fc2`, width, inner),
    );
  }
  shapes.push(
    ...layerNorm("visual.merger.ln_q", width),
    ...denseLayer("visual.merger.mlp.0", merged, merged),
    ...denseLayer("visual.merger.mlp.2", vision.hiddenSize, merged),
  );
  return shapes;
}

/** The text decoder's parameters. */
export function textShapes({ text }: Qwen2VlConfig): Shapes {
  const width = text.hiddenSize;
  const shapes: Shapes = [["model.embed_tokens.weight", [text.vocabSize, width]]];
  for (let i = 0; i < text.layers; i++) {
    const layer = `model.layers.${i}`;
    shapes.push(
      [`${layer}.input_layernorm.weight`, [width]],
      ...denseLayer(`${layer}.self_attn.q_proj`, text.heads * text.headDim, width),
      ...denseLayer(`${layer}.self_attn.k_proj`, text.kvHeads * text.headDim, width),
      ...denseLayer(`${layer}.self_attn.v_proj`, text.kvHeads * text.headDim, width),
      [`${layer}.self_attn.o_proj.weight`, [width, text.heads * text.headDim]],
      [`${layer}.post_attention_layernorm.weight`, [width]],
      [`${layer}.mlp.gate_proj.weight`, [text.intermediateSize, width]],
      [`${layer}.mlp.up_proj.weight`, [text.intermediateSize, width]],
      [`${layer}.mlp.down_proj.weight`, [width, text.intermediateSize]],
    );
  }
  shapes.push(["model.norm.weight", [width]]);
  if (!text.tieWordEmbeddings) shapes.push(["lm_head.weight", [text.vocabSize, width]]);
  return shapes;
}
