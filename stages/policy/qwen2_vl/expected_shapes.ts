import type { Qwen2VlConfig } from "./config.ts";

/**
 * Name and shape of every parameter of a model of this form, under the published names
 * (`visual.…`, `model.…`, `lm_head.weight`). A tied model has no `lm_head.weight`.
 *
 * Linear weights are [out, in], as the files hold them.
 */
export function expectedShapes(config: Qwen2VlConfig): Map<string, readonly number[]> {
  return new Map([...visionShapes(config), ...textShapes(config)]);
}

type Shapes = [string, readonly number[]][];

function linear(name: string, out: number, inputs: number): Shapes {
  return [[`${name}.weight`, [out, inputs]], [`${name}.bias`, [out]]];
}

function layerNorm(name: string, width: number): Shapes {
  return [[`${name}.weight`, [width]], [`${name}.bias`, [width]]];
}

function visionShapes({ vision }: Qwen2VlConfig): Shapes {
  const width = vision.embedDim;
  const inner = Math.floor(width * vision.mlpRatio);
  const merged = width * vision.spatialMergeSize ** 2;
  const shapes: Shapes = [[
    "visual.patch_embed.proj.weight",
    [
      width,
      vision.inChannels,
      vision.temporalPatchSize,
      vision.patchSize,
      vision.patchSize,
    ],
  ]];
  for (let i = 0; i < vision.depth; i++) {
    const block = `visual.blocks.${i}`;
    shapes.push(
      ...layerNorm(`${block}.norm1`, width),
      ...linear(`${block}.attn.qkv`, 3 * width, width),
      ...linear(`${block}.attn.proj`, width, width),
      ...layerNorm(`${block}.norm2`, width),
      ...linear(`${block}.mlp.fc1`, inner, width),
      ...linear(`${block}.mlp.fc2`, width, inner),
    );
  }
  shapes.push(
    ...layerNorm("visual.merger.ln_q", width),
    ...linear("visual.merger.mlp.0", merged, merged),
    ...linear("visual.merger.mlp.2", vision.hiddenSize, merged),
  );
  return shapes;
}

function textShapes({ text }: Qwen2VlConfig): Shapes {
  const width = text.hiddenSize;
  const shapes: Shapes = [["model.embed_tokens.weight", [text.vocabSize, width]]];
  for (let i = 0; i < text.layers; i++) {
    const layer = `model.layers.${i}`;
    shapes.push(
      [`${layer}.input_layernorm.weight`, [width]],
      ...linear(`${layer}.self_attn.q_proj`, text.heads * text.headDim, width),
      ...linear(`${layer}.self_attn.k_proj`, text.kvHeads * text.headDim, width),
      ...linear(`${layer}.self_attn.v_proj`, text.kvHeads * text.headDim, width),
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
