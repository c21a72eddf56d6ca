import assert from "node:assert/strict";
import { parseGenerationConfig } from "../../../../stages/model/qwen2_vl/generation_config.ts";

Deno.test("parseGenerationConfig() reads one end token or several, and what is proposed", () => {
  const json = {
    bos_token_id: 1,
    pad_token_id: 2,
    eos_token_id: [3, 2],
    do_sample: true,
    temperature: 0.01,
    top_p: 0.001,
    top_k: 1,
    repetition_penalty: 1,
  };
  assert.deepEqual(parseGenerationConfig(json, ""), {
    eosTokenIds: [3, 2],
    padTokenId: 2,
    doSample: true,
    temperature: 0.01,
    topP: 0.001,
    topK: 1,
    repetitionPenalty: 1,
  });
  assert.deepEqual(parseGenerationConfig({ eos_token_id: 3 }, "").eosTokenIds, [3]);
  assert.equal(parseGenerationConfig({ eos_token_id: null }, "").eosTokenIds, undefined);
});

Deno.test("parseGenerationConfig() names what is wrong", () => {
  assert.throws(
    () => parseGenerationConfig({ eos_token_id: "x" }, "g.json"),
    /SyntaxError: g\.json: \.eos_token_id must be/,
  );
  assert.throws(
    () => parseGenerationConfig({ temperature: "hot" }, "g.json"),
    /temperature/,
  );
});
