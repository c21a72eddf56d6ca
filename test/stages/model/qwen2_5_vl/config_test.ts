import assert from "node:assert/strict";
import { parseConfig } from "../../../../stages/model/qwen2_5_vl/config.ts";

type Json = Record<string, unknown>;

const text = {
  bos_token_id: 151643,
  eos_token_id: 151645,
  hidden_act: "silu",
  hidden_size: 2048,
  intermediate_size: 11008,
  num_attention_heads: 16,
  num_hidden_layers: 36,
  num_key_value_heads: 2,
  rms_norm_eps: 1e-6,
  use_sliding_window: false,
  vocab_size: 151936,
};
const tokens = {
  vision_start_token_id: 151652,
  vision_end_token_id: 151653,
  image_token_id: 151655,
  video_token_id: 151656,
  tie_word_embeddings: true,
};
const vision = {
  depth: 32,
  hidden_act: "silu",
  hidden_size: 1280,
  intermediate_size: 3420,
  num_heads: 16,
  in_chans: 3,
  out_hidden_size: 2048,
  patch_size: 14,
  spatial_merge_size: 2,
  spatial_patch_size: 14,
  window_size: 112,
  fullatt_block_indexes: [7, 15, 23, 31],
  tokens_per_second: 2,
  temporal_patch_size: 2,
};
/** Qwen2.5-VL-3B-Instruct's config.json, as published (the keys that are read). */
const published = {
  model_type: "qwen2_5_vl",
  ...text,
  ...tokens,
  rope_theta: 1e6,
  rope_scaling: { type: "mrope", mrope_section: [16, 24, 24] },
  vision_config: vision,
};
/** The same as newer tools write it. */
const nested = {
  model_type: "qwen2_5_vl",
  ...tokens,
  text_config: {
    ...text,
    rope_parameters: {
      rope_type: "default",
      rope_theta: 1e6,
      mrope_section: [16, 24, 24],
    },
  },
  vision_config: {
    ...vision,
    rope_parameters: { rope_type: "axial", rope_theta: 1e4 },
  },
};

Deno.test("parseConfig() reads the published 3B model's file", () => {
  const config = parseConfig(published, "config.json");
  assert.equal(config.modelType, "qwen2_5_vl");
  assert.deepEqual(config.vision, {
    depth: 32,
    embedDim: 1280,
    numHeads: 16,
    intermediateSize: 3420,
    patchSize: 14,
    temporalPatchSize: 2,
    spatialMergeSize: 2,
    inChannels: 3,
    hiddenSize: 2048,
    ropeTheta: 10000,
    windows: { side: 4, fullBlocks: [7, 15, 23, 31] },
  });
  assert.equal(config.text.headDim, 128);
  assert.equal(config.text.tieWordEmbeddings, true);
  assert.deepEqual(config.tokens.eos, [151645]);
});

Deno.test("parseConfig() reads the same from the flat and the nested form", () => {
  assert.deepEqual(parseConfig(nested, "n"), parseConfig(published, "f"));
});

Deno.test("parseConfig() names the file, the path and what was expected", () => {
  const wrong: [Json, RegExp][] = [
    [{ depth: 0 }, /^c\.json: \.vision_config\.depth/],
    [{ out_hidden_size: 32 }, /vision_config\.out_hidden_size .*32.*2048/],
    [{ num_heads: 3 }, /vision_config\.num_heads .*hidden_size 1280/],
    [{ window_size: 27 }, /vision_config\.window_size .*27 pixels.*28/],
    [{ fullatt_block_indexes: [-1] }, /vision_config\.fullatt_block_indexes\[0\]/],
    [{ hidden_act: "quick_gelu" }, /vision_config\.hidden_act .*"silu"/],
    [{ intermediate_size: undefined }, /vision_config\.intermediate_size/],
  ];
  for (const [change, message] of wrong) {
    assert.throws(
      () =>
        parseConfig({ ...published, vision_config: { ...vision, ...change } }, "c.json"),
      (error: Error) => {
        assert.ok(error instanceof SyntaxError);
        assert.match(error.message, message);
        return true;
      },
    );
  }
  const other = { ...published, model_type: "qwen2_vl" };
  assert.throws(() => parseConfig(other, "c.json"), /model_type .*"qwen2_5_vl"/);
});
