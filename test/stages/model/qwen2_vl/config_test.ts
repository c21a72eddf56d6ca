import assert from "node:assert/strict";
import { parseConfig } from "../../../../stages/model/qwen2_vl/config.ts";
import { readFixture, REFERENCE, referenceTest } from "../../../support/fixtures.ts";

type Json = Record<string, unknown>;

/** Qwen2-VL-2B-Instruct's config.json, as published (the keys that are read). */
const published = {
  model_type: "qwen2_vl",
  bos_token_id: 151643,
  eos_token_id: 151645,
  vision_start_token_id: 151652,
  vision_end_token_id: 151653,
  vision_token_id: 151654,
  image_token_id: 151655,
  video_token_id: 151656,
  hidden_act: "silu",
  hidden_size: 1536,
  intermediate_size: 8960,
  num_attention_heads: 12,
  num_hidden_layers: 28,
  num_key_value_heads: 2,
  rms_norm_eps: 1e-6,
  rope_theta: 1000000.0,
  use_sliding_window: false,
  tie_word_embeddings: true,
  vision_config: {
    depth: 32,
    embed_dim: 1280,
    mlp_ratio: 4,
    num_heads: 16,
    in_chans: 3,
    hidden_size: 1536,
    patch_size: 14,
    spatial_merge_size: 2,
    spatial_patch_size: 14,
    temporal_patch_size: 2,
  },
  rope_scaling: { type: "mrope", mrope_section: [16, 24, 24] },
  vocab_size: 151936,
};

Deno.test("parseConfig() reads the published 2B model's file", () => {
  assert.deepEqual(parseConfig(published, "config.json"), {
    modelType: "qwen2_vl",
    vision: {
      depth: 32,
      embedDim: 1280,
      numHeads: 16,
      intermediateSize: 5120,
      patchSize: 14,
      temporalPatchSize: 2,
      spatialMergeSize: 2,
      inChannels: 3,
      hiddenSize: 1536,
      ropeTheta: 10000,
    },
    text: {
      hiddenSize: 1536,
      layers: 28,
      heads: 12,
      kvHeads: 2,
      headDim: 128,
      intermediateSize: 8960,
      rmsNormEps: 1e-6,
      ropeTheta: 1e6,
      mropeSection: [16, 24, 24],
      vocabSize: 151936,
      tieWordEmbeddings: true,
    },
    tokens: {
      image: 151655,
      video: 151656,
      visionStart: 151652,
      visionEnd: 151653,
      eos: [151645],
      pad: undefined,
    },
  });
});

const { model_type, vision_config, rope_scaling, rope_theta, ...text } = published;
/** The same as newer tools write it. */
const nested = {
  model_type,
  image_token_id: 151655,
  vision_config: {
    ...vision_config,
    in_channels: 3,
    rope_parameters: { rope_theta: 10000 },
  },
  text_config: {
    ...text,
    rope_parameters: { ...rope_scaling, rope_theta, rope_type: "default" },
  },
};

Deno.test("parseConfig() reads the same from the flat and the nested form", () => {
  assert.deepEqual(parseConfig(nested, "n"), parseConfig(published, "f"));
});

const UNTIED = "qwen2_vl/tiny-untied/config.json";
const TIED = "qwen2_vl/tiny-tied/config.json";
const NEWER = "qwen2_vl/tiny-untied-newnames/config.json";
const read = (path: string) => parseConfig(readFixture(path, REFERENCE), path);

referenceTest("parseConfig() reads the same from the reference's two forms", [
  UNTIED,
  NEWER,
], () => assert.deepEqual(read(NEWER), read(UNTIED)));

referenceTest("parseConfig() knows a tied model", [UNTIED, TIED], () => {
  assert.equal(read(TIED).text.tieWordEmbeddings, true);
  assert.equal(read(UNTIED).text.tieWordEmbeddings, false);
});

Deno.test("parseConfig() names the file, the path and what was expected", () => {
  const rope = (change: Json) => ({ rope_scaling: { ...rope_scaling, ...change } });
  const vision = (change: Json) => ({ vision_config: { ...vision_config, ...change } });
  const wrong: [Json, RegExp][] = [
    [{ hidden_size: "64" }, /^c\.json: \.hidden_size .*number/],
    [{ num_hidden_layers: undefined }, /num_hidden_layers/],
    [{ num_attention_heads: 7 }, /num_attention_heads .*1536 is no multiple of 7/],
    [{ num_key_value_heads: 5 }, /num_key_value_heads .*12 heads are no multiple of 5/],
    [rope({ mrope_section: [16, 24, 25] }), /mrope_section .*\[16,24,25\].*65.*64/],
    [{ rope_scaling: null }, /rope_scaling\.mrope_section/],
    [rope({ type: "yarn" }), /rope_scaling .*"yarn"/],
    [{ use_sliding_window: true }, /use_sliding_window/],
    [{ model_type: "qwen2_5_vl" }, /model_type .*"qwen2_vl".*"qwen2_5_vl"/],
    [vision({ depth: 0 }), /vision_config\.depth/],
    [vision({ hidden_size: 32 }), /vision_config\.hidden_size .*32.*1536/],
    [vision({ num_heads: 3 }), /vision_config\.num_heads/],
    [
      { text_config: { ...nested.text_config, vocab_size: -1 } },
      /text_config\.vocab_size/,
    ],
    [
      { text_config: { ...nested.text_config, hidden_size: 1537 } },
      /text_config\.num_attention_heads/,
    ],
  ];
  for (const [change, message] of wrong) {
    assert.throws(
      () => parseConfig({ ...published, ...change }, "c.json"),
      (error: Error) => {
        assert.ok(error instanceof SyntaxError);
        assert.match(error.message, message);
        return true;
      },
    );
  }
  for (const json of [null, [], 3, "x"]) {
    assert.throws(() => parseConfig(json, "c.json"), /SyntaxError: c\.json: /);
  }
});

Deno.test("parseConfig() refuses numbers that leave 32-bit floats or memory", () => {
  const wrong: [Json, RegExp][] = [
    [{ rope_theta: 1e-300 }, /rope_theta must be/],
    [{ rope_theta: 1e308 }, /rope_theta must be/],
    [{ rms_norm_eps: 1e308 }, /rms_norm_eps must be/],
    [{ hidden_size: 1e300 }, /hidden_size must be/],
    [{ eos_token_id: Array(101).fill(1) }, /eos_token_id must be/],
    [
      { vision_config: { ...published.vision_config, mlp_ratio: 1e300 } },
      /mlp_ratio must be/,
    ],
    [
      { vision_config: { ...published.vision_config, in_chans: 4 } },
      /in_chans must be/,
    ],
  ];
  for (const [change, message] of wrong) {
    assert.throws(() => parseConfig({ ...published, ...change }, "c.json"), message);
  }
});
