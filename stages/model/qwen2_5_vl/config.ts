import * as v from "npm:valibot@1.5.0";
import {
  channels,
  checkVisionHeads,
  count,
  parseFamilyConfig,
  positive,
  type Qwen2VlConfig,
  rope,
  type VisionConfig,
  type Wrong,
} from "../qwen2_vl/config.ts";

const visionSchema = v.object({
  depth: count,
  hidden_size: count,
  intermediate_size: count,
  num_heads: count,
  out_hidden_size: count,
  window_size: v.optional(positive, 112),
  fullatt_block_indexes: v.optional(
    v.pipe(
      v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
      v.maxLength(1000),
    ),
    [7, 15, 23, 31],
  ),
  patch_size: v.optional(count, 14),
  temporal_patch_size: v.optional(count, 2),
  spatial_merge_size: v.optional(count, 2),
  in_channels: channels,
  in_chans: channels,
  hidden_act: v.optional(v.literal("silu"), "silu"),
  rope_parameters: v.nullish(rope),
});

/**
 * Reads Qwen2.5-VL's config.json: the flat form of the published models and the nested one of
 * newer tools. `tokens_per_second` spaces the frames of videos and is not read: images are
 * stills.
 *
 * @param where The file's name, for messages.
 * @throws {SyntaxError} Names the file, the path in the JSON, and what was expected there.
 */
export function parseConfig(json: unknown, where: string): Qwen2VlConfig {
  return parseFamilyConfig(json, where, {
    modelType: "qwen2_5_vl",
    widthKey: "out_hidden_size",
    schema: visionSchema,
    read: visionConfig,
  });
}

function visionConfig(
  vision: v.InferOutput<typeof visionSchema>,
  wrong: Wrong,
): VisionConfig {
  const { hidden_size, num_heads, window_size } = vision;
  checkVisionHeads("hidden_size", hidden_size, num_heads, wrong);
  const token = vision.patch_size * vision.spatial_merge_size;
  if (window_size < token) {
    throw wrong(
      "vision_config.window_size",
      `it is ${window_size} pixels, and a visual token alone has ${token}`,
    );
  }
  return {
    depth: vision.depth,
    embedDim: hidden_size,
    numHeads: num_heads,
    intermediateSize: vision.intermediate_size,
    patchSize: vision.patch_size,
    temporalPatchSize: vision.temporal_patch_size,
    spatialMergeSize: vision.spatial_merge_size,
    inChannels: vision.in_channels ?? vision.in_chans ?? 3,
    hiddenSize: vision.out_hidden_size,
    ropeTheta: vision.rope_parameters?.rope_theta ?? 10_000,
    windows: {
      side: Math.floor(window_size / token),
      fullBlocks: vision.fullatt_block_indexes,
    },
  };
}
