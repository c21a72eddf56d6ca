import assert from "node:assert/strict";
import {
  newerName,
  publishedName,
} from "../../../../stages/model/safetensors/parameter_names.ts";

const pairs = [
  ["visual.blocks.0.attn.qkv.weight", "model.visual.blocks.0.attn.qkv.weight"],
  [
    "model.layers.1.mlp.up_proj.weight",
    "model.language_model.layers.1.mlp.up_proj.weight",
  ],
  ["model.norm.weight", "model.language_model.norm.weight"],
  ["lm_head.weight", "lm_head.weight"],
] as const;

Deno.test("publishedName() and newerName() are each other's inverse", () => {
  for (const [published, newer] of pairs) {
    assert.equal(publishedName(newer), published);
    assert.equal(newerName(published), newer);
  }
});

Deno.test("publishedName() leaves a published name alone", () => {
  for (const [published] of pairs) assert.equal(publishedName(published), published);
});
