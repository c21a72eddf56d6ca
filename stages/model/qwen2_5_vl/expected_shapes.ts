import type { Qwen2VlConfig } from "../qwen2_vl/config.ts";
import {
  denseLayer,
  patchEmbedding,
  type Shapes,
  textShapes,
} from "../qwen2_vl/expected_shapes.ts";

/**
 * Name and shape of every parameter of a Qwen2.5-VL model of this form, under the published
 * names. The text decoder's are those of Qwen2-VL.
 */
export function expectedShapes(config: Qwen2VlConfig): Map<string, readonly number[]> {
  return new Map([...visionShapes(config), ...textShapes(config)]);
}

function visionShapes({ vision }: Qwen2VlConfig): Shapes {
  const { embedDim: width, intermediateSize: inner } = vision;
  const merged = width * vision.spatialMergeSize ** 2;
  const shapes = [patchEmbedding(vision)];
  for (let i = 0; i < vision.depth; i++) {
    const block = `visual.blocks.${i}`;
    shapes.push(
      [`${block}.norm1.weight`, [width]],
      ...denseLayer(`${block}.attn.qkv`, 3 * width, width),
      ...denseLayer(`${block}.attn.proj`, width, width),
      [`${block}.norm2.weight`, [width]],
      ...denseLayer(`${block}.mlp.gate_proj`, inner, width),
      ...denseLayer(`${block}.mlp.up_proj`, inner, width),
      ...denseLayer(`${block}.mlp.down_proj`, width, inner),
    );
  }
  shapes.push(
    ["visual.merger.ln_q.weight", [width]],
    ...denseLayer("visual.merger.mlp.0", merged, merged),
    ...denseLayer("visual.merger.mlp.2", vision.hiddenSize, merged),
  );
  return shapes;
}
