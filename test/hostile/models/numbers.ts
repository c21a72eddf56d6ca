import type { HostileCase } from "../case.ts";
import { embeddedJson, modelCase } from "./model.ts";

type Change = Record<string, unknown>;
type Row = [string, Change] | [string, Change, HostileCase["outcome"]];

const config = (change: Change, vision: Change = {}) => {
  const json = embeddedJson("config.json");
  return { ...json, ...change, vision_config: { ...json.vision_config, ...vision } };
};

const TEXT: Row[] = [
  ["10^9 layers", { num_hidden_layers: 1e9 }],
  ["10^6 layers", { num_hidden_layers: 1e6 }],
  ["as many layers as parameters", { num_hidden_layers: 70 }],
  ["no heads", { num_attention_heads: 0 }],
  ["2^53 heads", { num_attention_heads: 2 ** 53 - 1 }],
  ["negative width", { hidden_size: -128 }],
  ["width 1e300", { hidden_size: 1e300 }],
  ["vocabulary of 2^53", { vocab_size: 2 ** 53 - 1 }],
  ["rope_theta 1e-300", { rope_theta: 1e-300 }],
  ["rope_theta 1e308", { rope_theta: 1e308 }],
  ["eps 1e308", { rms_norm_eps: 1e308 }],
  ["eps 1e-300", { rms_norm_eps: 1e-300 }],
  ["end token 2^53", { eos_token_id: [2 ** 53 - 1] }, "either"],
  ["negative section", { rope_scaling: { type: "mrope", mrope_section: [-4, 10, 10] } }],
  ["unknown model_type", { model_type: "x".repeat(1_000_000) }],
  ["model_type __proto__", { model_type: "__proto__" }],
  ["image token 2^53", { image_token_id: 2 ** 53 - 1 }],
  ["all in text_config", { text_config: {} }],
];
const VISION: Row[] = [
  ["depth 10^9", { depth: 1e9 }],
  ["depth 10^15", { depth: 1e15 }],
  ["patches of 0", { patch_size: 0 }],
  ["patches of 10^6", { patch_size: 1e6 }],
  ["merge 10^6", { spatial_merge_size: 1e6 }],
  ["mlp_ratio 1e300", { mlp_ratio: 1e300 }],
  ["10^9 channels", { in_chans: 1e9 }],
];
const GENERATION: Row[] = [
  ["100,000 end tokens", { eos_token_id: Array.from({ length: 100_000 }, (_, i) => i) }],
  ["negative end token", { eos_token_id: -1 }],
  ["end token beyond the vocabulary", { eos_token_id: [999_999] }],
  ["no end token", { eos_token_id: [] }, "either"],
  ["end token that is an image", { eos_token_id: [268] }],
  ["padding token 10^9", { pad_token_id: 1e9 }],
  ["temperature below 0", { temperature: -5 }, "either"],
  ["top_k 1e300", { top_k: 1e300, top_p: -1, repetition_penalty: 1e300 }, "either"],
];
const PREPROCESSOR: Row[] = [
  ["patches of 0", { patch_size: 0 }],
  ["patches of 10^6", { patch_size: 1e6 }],
  ["max_pixels 10^12", { max_pixels: 1e12 }],
  ["min_pixels 10^9", { min_pixels: 1e9, max_pixels: 1e12 }],
  ["min_pixels 10^6", { min_pixels: 1e6, max_pixels: 1e6 }],
  ["as many patches as may be", { min_pixels: 2 ** 17, max_pixels: 2 ** 17 }, "either"],
  ["min_pixels above max_pixels", { min_pixels: 10_000 }],
  ["std 1e-300", { image_std: [1e-300, 1e-300, 1e-300] }],
  ["std 0", { image_std: [0, 0, 0] }],
  ["mean 1e300", { image_mean: [1e300, 0, 0] }],
  ["rescale_factor 1e300", { rescale_factor: 1e300 }],
  ["merge 10^6", { merge_size: 1e6 }],
  ["merge 65", { merge_size: 65 }],
  ["temporal patches of 10^9", { temporal_patch_size: 1e9 }],
];
const deep = "[".repeat(1_000_000);
const TEXTS: [string, string, HostileCase["outcome"]][] = [
  ["deep list", deep, "refused"],
  ["deep object", '{"a":'.repeat(500_000) + "1" + "}".repeat(500_000), "refused"],
  [
    "deep value",
    JSON.stringify(config({ x: 0 })).replace(
      '"x":0',
      `"x":${deep}${deep.replaceAll("[", "]")}`,
    ),
    "refused",
  ],
  [
    "__proto__",
    JSON.stringify(config({})).slice(0, -1) + ',"__proto__":{"hidden_size":1e9}}',
    "accepted",
  ],
  ["null", "null", "refused"],
  ["a list", "[]", "refused"],
  ["a number", "1e999", "refused"],
  ["nothing", "", "refused"],
  ["a string of 5 MB as model_type", `{"model_type":"${"x".repeat(5e6)}"}`, "refused"],
];

function rows(
  kind: string,
  file: string,
  list: readonly Row[],
  content: (change: Change) => unknown,
): HostileCase[] {
  return list.map(([name, change, outcome = "refused"]) =>
    modelCase(kind, name, outcome, (model) => model.write(file, content(change)))
  );
}

/** Numbers and forms that no model has, in the three files of numbers. */
export const NUMBERS: readonly HostileCase[] = [
  ...rows("config", "config.json", TEXT, (change) => config(change)),
  ...rows("config", "config.json", VISION, (change) => config({}, change)),
  ...TEXTS.map(([name, text, outcome]) =>
    modelCase("json", name, outcome, (model) => model.write("config.json", text))
  ),
  ...rows("generation", "generation_config.json", GENERATION, (change) => ({
    ...embeddedJson("generation_config.json"),
    ...change,
  })),
  ...rows("preprocessor", "preprocessor_config.json", PREPROCESSOR, (change) => ({
    ...embeddedJson("preprocessor_config.json"),
    ...change,
  })),
  modelCase("preprocessor", "both files: merge 10^4", "refused", async (model) => {
    await model.write("config.json", config({}, { spatial_merge_size: 1e4 }));
    const preprocessor = embeddedJson("preprocessor_config.json");
    await model.write("preprocessor_config.json", { ...preprocessor, merge_size: 1e4 });
  }),
];
