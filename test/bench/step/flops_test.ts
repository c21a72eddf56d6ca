import assert from "node:assert/strict";
import { stepFlops } from "../../../bench/step/flops.ts";
import { type Shape, SHAPES } from "../../../bench/shapes.ts";
import { parseConfig } from "../../../stages/model/qwen2_vl/config.ts";

/** One layer of one head, and a vision tower of one block. */
const config = parseConfig({
  hidden_size: 4,
  intermediate_size: 8,
  num_attention_heads: 1,
  num_hidden_layers: 1,
  num_key_value_heads: 1,
  rms_norm_eps: 1e-6,
  rope_theta: 10,
  vocab_size: 10,
  tie_word_embeddings: true,
  rope_scaling: { type: "mrope", mrope_section: [0, 1, 1] },
  vision_config: {
    depth: 1,
    embed_dim: 4,
    mlp_ratio: 2,
    num_heads: 1,
    hidden_size: 4,
    patch_size: 2,
    temporal_patch_size: 1,
    spatial_merge_size: 2,
  },
}, "config.json");

const shape: Shape = {
  about: "",
  questions: 1,
  numGenerations: 2,
  visualTokens: 1,
  textTokens: 2,
  newTokens: 3,
  evaluated: 1,
  loraR: 0,
};

// q, k, v and o have 16 weights each, gate, up and down 32 each: 160 weights.
const TOKEN = 2 * 160, HEAD = 2 * 40, PAIR = 2 * 2 * 4;
// 4 patches of 12 numbers, a block of 3 · 16 + 16 + 2 · 32 weights with 16 pairs, and the merger.
const VISION = 2 * 4 * 12 * 4 + 2 * 4 * 128 + 16 * 2 * 2 * 4 + 2 * (16 * 16 + 16 * 4);

Deno.test("FLOPs of a step are those counted by hand", () => {
  const flops = stepFlops(config, shape, { parameters: 100, adapters: 0 });
  // Row: 2 tokens of the prompt, then 3 for each completion, which see those 2 and their own.
  const pairs = 3 + 2 * (3 * 2 + 6);
  const forward = VISION + 8 * TOKEN + 6 * HEAD + pairs * PAIR;
  assert.deepEqual(flops, {
    vision: VISION,
    prefill: 3 * TOKEN + HEAD + 6 * PAIR,
    // The first token comes from the prefill; the second sees 3 + 1 tokens, the third 3 + 2.
    decode: 2 * 2 * (TOKEN + HEAD) + 2 * (4 + 5) * PAIR,
    reference: forward,
    forward,
    backward: 2 * forward,
    optimiser: 1400,
  });
});

Deno.test("with adapters nothing flows to frozen weights, nor to the vision tower", () => {
  const flops = stepFlops(config, shape, { parameters: 24, adapters: 24 });
  const frozen = 8 * TOKEN + 6 * HEAD, attention = 15 * PAIR + 12 * PAIR;
  const adapters = 8 * 2 * 24;
  assert.equal(flops.vision, VISION);
  assert.equal(flops.reference, frozen + attention);
  assert.equal(flops.forward, frozen + attention + adapters);
  assert.equal(flops.backward, frozen + 2 * (attention + adapters));
});

Deno.test("the visual tokens of every shape are those of a square image", () => {
  for (const [name, { visualTokens }] of Object.entries(SHAPES)) {
    assert.ok(Number.isInteger(Math.sqrt(visualTokens)), name);
  }
});
