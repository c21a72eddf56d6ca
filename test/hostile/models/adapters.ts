import type { HostileCase } from "../case.ts";
import { adapterCase, type Model } from "./model.ts";
import { safetensors } from "./safetensors.ts";

const R = 2, WIDTH = 128;
const LAYER = "base_model.model.model.language_model.layers.0.self_attn.q_proj";

const config = (change: Record<string, unknown> = {}) => ({
  peft_type: "LORA",
  r: R,
  lora_alpha: 4,
  target_modules: ["q_proj"],
  ...change,
});

/** Both matrices of one layer, filled with one value. */
function weights(value = 0, r = R, layer = LAYER): Uint8Array {
  const side = 4 * r * WIDTH;
  return safetensors({
    [`${layer}.lora_A.weight`]: {
      dtype: "F32",
      shape: [r, WIDTH],
      data_offsets: [0, side],
    },
    [`${layer}.lora_B.weight`]: {
      dtype: "F32",
      shape: [WIDTH, r],
      data_offsets: [side, 2 * side],
    },
  }, new Uint8Array(new Float32Array(2 * r * WIDTH).fill(value).buffer));
}

async function write(
  model: Model,
  change: Record<string, unknown> = {},
  bytes = weights(),
): Promise<void> {
  await model.write("adapter_config.json", config(change));
  await model.write("adapter_model.safetensors", bytes);
}

/** Adapters with files and numbers that none has. */
export const ADAPTERS: readonly HostileCase[] = [
  adapterCase("none the matter", "accepted", (model) => write(model)),
  adapterCase("rank 2^53", "refused", (model) => write(model, { r: 2 ** 53 - 1 })),
  adapterCase("rank 0", "refused", (model) => write(model, { r: 0 })),
  adapterCase("alpha 1e308", "refused", (model) => write(model, { lora_alpha: 1e308 })),
  adapterCase(
    "target_modules that backtrack",
    "either",
    (model) => write(model, { target_modules: "(?:(?:.|\\w)+)+\\u0000" }),
  ),
  adapterCase("NaN", "refused", (model) => write(model, {}, weights(NaN))),
  adapterCase("Infinity", "refused", (model) => write(model, {}, weights(Infinity))),
  adapterCase(
    "another model's layer",
    "refused",
    (model) => write(model, {}, weights(0, R, LAYER.replace(".0.", ".99."))),
  ),
  adapterCase(
    "__proto__ as a layer",
    "refused",
    (model) => write(model, {}, weights(0, R, "base_model.model.__proto__")),
  ),
  adapterCase("config is a pipe", "refused", async (model) => {
    await write(model);
    await model.pipe("adapter_config.json");
  }),
  adapterCase("config is /dev/zero", "refused", async (model) => {
    await write(model);
    await model.link("adapter_config.json", "/dev/zero");
  }),
  adapterCase("weights are a pipe", "refused", async (model) => {
    await write(model);
    await model.pipe("adapter_model.safetensors");
  }),
  adapterCase("weights are /dev/zero", "refused", async (model) => {
    await write(model);
    await model.link("adapter_model.safetensors", "/dev/zero");
  }),
];

const TARGETS: [string, string, HostileCase["outcome"]][] = [
  ["targets that backtrack", "/(?:(?:.|\\w)+)+!/", "refused"],
  ["targets of many stars", `${"*".repeat(40)}!`, "refused"],
  ["targets that are no regular expression", "/(/", "refused"],
  ["targets of repeats", "/(?:(?:a{9999}){9999}){9999}/", "refused"],
];

/** What a user gives as --lora-target-modules. */
export const LORA_TARGETS: readonly HostileCase[] = TARGETS.map((
  [name, pattern, outcome],
) => ({
  kind: "targets",
  name,
  outcome,
  make: (folder) =>
    Promise.resolve([
      ["train", "--lora-r", "2", "--lora-target-modules", pattern, "--steps", "1"],
      ["--eval-samples", "0", "--backend", "wasm", "--out", `${folder}/run`],
    ].flat()),
}));
