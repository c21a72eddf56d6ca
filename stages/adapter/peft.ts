import * as v from "npm:valibot@1.5.0";
import { peftTargets } from "./lora_targets.ts";
import { newerName, publishedName } from "../model/safetensors/parameter_names.ts";
import { checkJson } from "../../data/files/check_json.ts";
import { readJson } from "../../data/files/read_json.ts";
import { openSafetensors } from "../model/safetensors/open.ts";
import { type TensorEntry, writeSafetensors } from "../model/safetensors/write.ts";
import { checkFinite, checkSavable } from "../model/safetensors/check_finite.ts";
import { quoted } from "../../data/short_text.ts";

/** The two matrices of an adapted linear layer: it adds `scale · B A x`. */
export interface LoraPair {
  /** [r, inputs], row by row. */
  readonly a: Float32Array;
  /** [outputs, r], row by row. */
  readonly b: Float32Array;
  readonly inputs: number;
  readonly outputs: number;
}

/** A LoRA adapter as PEFT's files hold it. */
export interface LoraAdapter {
  /** Rank. */
  readonly r: number;
  readonly alpha: number;
  /** `alpha / r`, or `alpha / √r` for a rank-stabilised adapter. */
  readonly scale: number;
  /** What adapter_config.json calls the adapted layers: see {@linkcode peftTargets}. */
  readonly targetModules: readonly string[];
  /** By the module's published name, such as `model.layers.0.self_attn.q_proj`. */
  readonly modules: ReadonlyMap<string, LoraPair>;
}

/** How an adapter is written. */
export interface PeftOptions {
  /** "newer" (the default) is what peft writes today, "published" what it wrote at first. */
  readonly naming?: "newer" | "published";
  /** Goes into `base_model_name_or_path`. */
  readonly baseModel?: string;
}

const CONFIG = "adapter_config.json", WEIGHTS = "adapter_model.safetensors";
const REMEDY =
  "an adapter folder holds adapter_config.json and adapter_model.safetensors";
const PREFIX = "base_model.model.";
const off = v.nullish(v.literal(false));
const empty = v.nullish(v.strictObject({}));
const schema = v.object({
  peft_type: v.literal("LORA"),
  r: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  // Alpha over rank scales what is added; published adapters have 1 or 2.
  lora_alpha: v.pipe(v.number(), v.minValue(-1e6), v.maxValue(1e6)),
  use_rslora: v.nullish(v.boolean(), false),
  // Variants that change the meaning of the two matrices.
  bias: v.nullish(v.literal("none")),
  use_dora: off,
  lora_bias: off,
  fan_in_fan_out: off,
  rank_pattern: empty,
  alpha_pattern: empty,
  modules_to_save: v.nullish(v.pipe(v.array(v.string()), v.length(0))),
});

/**
 * Reads an adapter that PEFT, or {@linkcode writePeft}, has written; both namings of modules.
 *
 * @throws {Deno.errors.NotFound} If a file is missing.
 * @throws {SyntaxError} If a file is damaged, a key or shape is not what LoRA has, or the
 * adapter is of a kind that is not supported: names the file, the key and its value.
 * @throws {TypeError} If a file is not a regular file.
 * @throws {RangeError} If a value of a matrix is NaN or infinite.
 */
export async function readPeft(folder: string): Promise<LoraAdapter> {
  const configPath = `${folder}/${CONFIG}`;
  const config = checkJson(
    schema,
    await readJson(configPath, { remedy: REMEDY }),
    configPath,
  );
  const { r, lora_alpha: alpha } = config;
  const file = await openSafetensors(`${folder}/${WEIGHTS}`);
  const read = async (key: string) => {
    const values = await file.read(key);
    checkFinite(values, file.path, key);
    return values;
  };
  try {
    const keys = new Map(
      [...file.tensors.keys()].map((key) => [standardKey(key, file.path), key]),
    );
    const modules = new Map<string, LoraPair>();
    for (const standard of keys.keys()) {
      const module = standard.slice(0, -".lora_A".length);
      if (modules.has(module)) continue;
      const [a, b] = [keys.get(`${module}.lora_A`), keys.get(`${module}.lora_B`)];
      if (a === undefined || b === undefined) {
        throw new SyntaxError(
          `${file.path}: "${module}" has lora_${
            a ? "A" : "B"
          } alone; write the adapter again`,
        );
      }
      const outputs = sideBesideRank(file.tensors.get(b)!.shape, 1, r, b, file.path);
      const inputs = sideBesideRank(file.tensors.get(a)!.shape, 0, r, a, file.path);
      modules.set(module, {
        a: await read(a),
        b: await read(b),
        inputs,
        outputs,
      });
    }
    return {
      r,
      alpha,
      scale: alpha / (config.use_rslora ? Math.sqrt(r) : r),
      targetModules: peftTargets(modules.keys()),
      modules,
    };
  } finally {
    file.close();
  }
}

/**
 * Writes an adapter in PEFT's format; each of the two files is written completely or not at all.
 *
 * @throws {RangeError} If a matrix does not fit `r` and its module, or is not finite.
 */
export async function writePeft(
  folder: string,
  adapter: LoraAdapter,
  { naming = "newer", baseModel }: PeftOptions = {},
): Promise<void> {
  const { r, alpha, scale, targetModules, modules } = adapter;
  const entries: TensorEntry[] = [];
  for (const [module, { a, b, inputs, outputs }] of modules) {
    const name = PREFIX + (naming === "newer" ? newerName(module) : module);
    checkSavable(a, `${module}.lora_A`);
    checkSavable(b, `${module}.lora_B`);
    entries.push(
      { name: `${name}.lora_A.weight`, shape: [r, inputs], data: a },
      { name: `${name}.lora_B.weight`, shape: [outputs, r], data: b },
    );
  }
  await Deno.mkdir(folder, { recursive: true });
  await writeSafetensors(`${folder}/${WEIGHTS}`, entries);
  const config = {
    base_model_name_or_path: baseModel ?? null,
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: alpha,
    lora_dropout: 0,
    modules_to_save: null,
    peft_type: "LORA",
    r,
    target_modules: targetModules,
    task_type: "CAUSAL_LM",
    use_dora: false,
    use_rslora: scale !== alpha / r,
  };
  const temporary = `${folder}/${CONFIG}.tmp`;
  await Deno.writeTextFile(temporary, JSON.stringify(config, null, 2) + "\n");
  await Deno.rename(temporary, `${folder}/${CONFIG}`);
}

/** `base_model.model.M.lora_A.weight`, in either naming, as `M.lora_A` with M published. */
function standardKey(key: string, path: string): string {
  const match = /^base_model\.model\.(.+)\.(lora_[AB])(?:\.default)?\.weight$/.exec(key);
  if (match === null) {
    throw new SyntaxError(
      `${path}: ${
        quoted(key)
      } is no matrix of a LoRA adapter (${PREFIX}MODULE.lora_A.weight); ` +
        `only plain LoRA on linear layers is supported`,
    );
  }
  return `${publishedName(match[1]!)}.${match[2]}`;
}

function sideBesideRank(
  shape: readonly number[],
  rankAxis: 0 | 1,
  r: number,
  key: string,
  path: string,
): number {
  if (shape.length !== 2 || shape[rankAxis] !== r) {
    throw new SyntaxError(
      `${path}: "${key}" has shape [${shape}], but r is ${r} in ${CONFIG}; write the adapter again`,
    );
  }
  return shape[1 - rankAxis]!;
}
