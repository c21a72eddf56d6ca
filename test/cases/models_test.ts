import assert from "node:assert/strict";
import { loraTargets } from "../../stages/adapter/lora_targets.ts";
import { readPeft } from "../../stages/adapter/peft.ts";
import { familyOf } from "../../stages/model/families.ts";

const quantised = JSON.parse(
  Deno.readTextFileSync("test/fixtures/cases/27_model_quantised/config.json"),
);

/** Reads a config.json as opening a model folder does. */
function read(json: unknown) {
  return familyOf(json, "m/config.json").parseConfig(json, "m/config.json");
}

Deno.test("the config of a quantised model says so, and what to use", () => {
  assert.throws(() => read(quantised), {
    name: "SyntaxError",
    message: 'm/config.json: the model is quantised by "bitsandbytes" to 4 bits ' +
      "(quantization_config): use the model that it was made from, in bfloat16, float16 or " +
      "float32",
  });
  const { quantization_config, ...full } = quantised;
  assert.equal(read(full).modelType, "qwen2_5_vl");
  assert.equal(read({ ...full, quantization_config: null }).modelType, "qwen2_5_vl");
  assert.ok(quantization_config);
  for (
    const [config, says] of [
      [{ quant_method: "gptq", bits: 8 }, /quantised by "gptq" to 8 bits/],
      [{ quant_method: "fp8" }, /quantised by "fp8" \(/],
      [{}, /the model is quantised \(/],
    ] as const
  ) {
    const nested = { ...full, text_config: { quantization_config: config } };
    for (const json of [{ ...full, quantization_config: config }, nested]) {
      assert.throws(() => read(json), { message: says });
    }
  }
});

const ADAPTER = "test/fixtures/cases/28_adapter_msswift_form";
const LAYERS = [0, 1, 2, 3].flatMap((i) =>
  ["q_proj", "v_proj"].map((name) => `model.layers.${i}.self_attn.${name}`)
);

Deno.test("an adapter whose target_modules is a regular expression loads", async () => {
  const { r, alpha, scale, modules } = await readPeft(ADAPTER);
  assert.deepEqual([r, alpha, scale], [4, 32, 8]);
  // The matrices name the layers; the expression is not run.
  assert.deepEqual([...modules.keys()], LAYERS);
});

Deno.test("its expression, with a look-ahead, names the same layers of a model", () => {
  const { target_modules } = JSON.parse(
    Deno.readTextFileSync(`${ADAPTER}/adapter_config.json`),
  );
  const parameters = LAYERS.flatMap((layer) =>
    [layer, layer.replace(/._proj/, "k_proj")].map((name) => ({
      name: `${name}.weight`,
      shape: [8, 8],
    }))
  );
  assert.deepEqual(loraTargets(parameters, [`/${target_modules}/`]), LAYERS);
});

Deno.test("an expression that backtracks without end is stopped", () => {
  const parameters = [{ name: `${"a".repeat(60)}.weight`, shape: [8, 8] }];
  assert.throws(() => loraTargets(parameters, ["/(a+)+b/"]), {
    message: /cannot be compared with the model's layers \(it takes more than 2 s\)/,
  });
});
