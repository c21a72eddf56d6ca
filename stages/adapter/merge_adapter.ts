import { checkAdapterFits } from "./check_adapter_fits.ts";
import {
  checkCompanionFiles,
  copyCompanionFiles,
} from "../model/folder/companion_files.ts";
import { type LoraAdapter, type LoraPair, readPeft } from "./peft.ts";
import { readJson } from "../../data/files/read_json.ts";
import { type Checkpoint, openCheckpoint } from "../model/safetensors/checkpoint.ts";
import {
  type StreamedTensor,
  tensorBytes,
  writeStreamed,
} from "../model/safetensors/write_streamed.ts";
import { checkDtypes } from "../model/safetensors/check_dtypes.ts";
import { checkFinite } from "../model/safetensors/check_finite.ts";
import { type FloatDtype, narrow } from "../model/safetensors/narrow.ts";

/** What is merged, and how it is written. */
export interface MergeOptions {
  /** Folder of the model that the adapter was trained on. */
  readonly model: string;
  /** Folder of the adapter in PEFT's layout. */
  readonly adapter: string;
  /** An existing folder. */
  readonly out: string;
  /** Precision of the files. Default: that of each parameter. */
  readonly dtype?: FloatDtype;
  /** Most bytes of tensors per file, unless one tensor takes more. Default: 5 GB. */
  readonly maxShardBytes?: number;
  /** Called after each parameter. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What was written. */
export interface Merged {
  /** Names of the files that were written. */
  readonly files: readonly string[];
  /** Number of parameters in them. */
  readonly parameters: number;
  /** Dense layers that the adapter has changed. */
  readonly adapted: number;
}

const INDEX = "model.safetensors.index.json";

/**
 * Writes a model with an adapter merged into its weights, W + scale · B A, as a folder in the
 * published layout, in shards if it is large. One parameter is in memory at a time; what the
 * adapter does not change is copied as it is.
 *
 * A sum is taken in double precision and rounded once, to the parameter's dtype; PEFT rounds
 * B A first, so that in 16 bits the last digit may differ.
 *
 * @throws {Deno.errors.NotFound} If a file is missing.
 * @throws {SyntaxError} If a file is damaged, or the adapter does not fit the model: names
 * the layer, its shape and the one expected. Nothing has been written then.
 * @throws {TypeError} If a file is not a regular file; nothing has been written.
 * @throws {RangeError} If a value of a parameter that changes is NaN or infinite.
 *
 * @example
 * ```ts
 * import { mergeAdapter } from "./merge_adapter.ts";
 *
 * const out = await Deno.makeTempDir(), fixtures = "test/fixtures/qwen2_vl";
 * const model = `${fixtures}/tiny-untied`, adapter = `${fixtures}/lora`;
 * const { files } = await mergeAdapter({ model, adapter, out, dtype: "bf16" });
 * files; // ["model.safetensors"]
 * ```
 */
export async function mergeAdapter(options: MergeOptions): Promise<Merged> {
  const { model, adapter, out, dtype, maxShardBytes = 5e9, onProgress } = options;
  const config = await readJson(`${model}/config.json`, {
    remedy: "model takes a model's folder",
  });
  const lora = await readPeft(adapter);
  const checkpoint = await openCheckpoint(model);
  try {
    checkDtypes(checkpoint);
    checkAdapterFits(lora, checkpoint, adapter);
    await checkCompanionFiles(model);
    await copyCompanionFiles(model, out);
    if (dtype !== undefined) await writeConfig(`${out}/config.json`, config, dtype);
    let done = 0;
    const tensors = checkpoint.names.map((name): StreamedTensor => {
      const tensor = mergedTensor(checkpoint, lora, name, dtype);
      const bytes = async () => {
        const merged = await tensor.bytes();
        onProgress?.(++done, checkpoint.names.length);
        return merged;
      };
      return { ...tensor, bytes };
    });
    const files = await writeShards(out, tensors, maxShardBytes);
    return { files, parameters: tensors.length, adapted: lora.modules.size };
  } finally {
    checkpoint.close();
  }
}

function mergedTensor(
  checkpoint: Checkpoint,
  { modules, scale, r }: LoraAdapter,
  name: string,
  dtype: FloatDtype | undefined,
): StreamedTensor {
  const own = checkpoint.dtype(name), shape = checkpoint.shape(name);
  const pair = modules.get(name.replace(/\.weight$/, ""));
  const target = dtype ?? own.toLowerCase() as FloatDtype | "f64";
  // Doubles are read as floats, so the file says F32.
  const written: FloatDtype = target === "f64" ? "f32" : target;
  const untouched = pair === undefined &&
    (dtype === undefined || own === dtype.toUpperCase());
  return {
    name,
    shape,
    dtype: untouched ? own : written.toUpperCase(),
    bytes: async () => {
      if (untouched) return await checkpoint.readBytes(name);
      const weight = await checkpoint.read(name);
      checkFinite(weight, checkpoint.folder, name);
      if (pair) addProduct(weight, pair, r, scale);
      return narrow(weight, written);
    },
  };
}

/** W += scale · B A, row by row. */
function addProduct(
  weight: Float32Array,
  { a, b, inputs, outputs }: LoraPair,
  r: number,
  scale: number,
): void {
  const row = new Float64Array(inputs);
  for (let o = 0; o < outputs; o++) {
    const start = o * inputs;
    for (let i = 0; i < inputs; i++) row[i] = weight[start + i]!;
    for (let k = 0; k < r; k++) {
      const factor = scale * b[o * r + k]!, from = k * inputs;
      if (factor === 0) continue;
      for (let i = 0; i < inputs; i++) row[i] = row[i]! + factor * a[from + i]!;
    }
    for (let i = 0; i < inputs; i++) weight[start + i] = row[i]!;
  }
}

/**
 * Writes model.safetensors, or shards and their index under the names that transformers gives
 * them: tensors in order, a new file if the next one would make it too large.
 */
async function writeShards(
  out: string,
  tensors: readonly StreamedTensor[],
  maxShardBytes: number,
): Promise<string[]> {
  const shards: StreamedTensor[][] = [];
  let room = 0;
  for (const tensor of tensors) {
    const bytes = tensorBytes(tensor);
    if (shards.length === 0 || bytes > room) {
      shards.push([]);
      room = maxShardBytes;
    }
    shards.at(-1)!.push(tensor);
    room -= bytes;
  }
  if (shards.length <= 1) {
    await writeStreamed(`${out}/model.safetensors`, tensors);
    return ["model.safetensors"];
  }
  const digits = (n: number) => String(n).padStart(5, "0");
  const names = shards.map((_, i) =>
    `model-${digits(i + 1)}-of-${digits(shards.length)}.safetensors`
  );
  const weightMap: Record<string, string> = {};
  for (const [i, shard] of shards.entries()) {
    await writeStreamed(`${out}/${names[i]}`, shard);
    for (const { name } of shard) weightMap[name] = names[i]!;
  }
  const sum = (of: (tensor: StreamedTensor) => number) =>
    tensors.reduce((total, tensor) => total + of(tensor), 0);
  const metadata = {
    total_parameters: sum(({ shape }) => shape.reduce((a, b) => a * b, 1)),
    total_size: sum(tensorBytes),
  };
  const index = { metadata, weight_map: weightMap };
  await Deno.writeTextFile(`${out}/${INDEX}`, JSON.stringify(index, null, 2) + "\n");
  return [...names, INDEX];
}

const DTYPE_NAMES = { f32: "float32", f16: "float16", bf16: "bfloat16" } as const;

/** The model's config.json with the new precision in every place that names one. */
async function writeConfig(path: string, config: unknown, dtype: FloatDtype) {
  const name = DTYPE_NAMES[dtype];
  const changed = JSON.stringify(
    config,
    (key, value) => key === "torch_dtype" || key === "dtype" ? name : value,
    2,
  );
  await Deno.writeTextFile(path, changed + "\n");
}
