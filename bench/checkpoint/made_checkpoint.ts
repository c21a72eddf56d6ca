import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stream } from "../../data/random.ts";
import { familyOf } from "../../stages/model/families.ts";
import { narrow } from "../../stages/model/safetensors/narrow.ts";
import type { Form } from "../shapes.ts";
import { madeTokenizer } from "./made_tokenizer.ts";

/** Bytes of a shard, at most; as published: the last tensor that begins in it goes beyond. */
const SHARD = 4e9;
/** Numbers that are drawn; a prime, so that a matrix does not repeat them row by row. */
const DRAWN = 1048573;
const DEVIATION = 0.02;
const EMBEDDED = new URL("../../data/emoji/model/", import.meta.url);

/** Largest area in pixels that images keep: more than those of any shape. */
const MOST_PIXELS = 2 ** 20;

/**
 * Writes a folder in the published layout with random bf16 weights, in shards. The same numbers
 * come again and again: drawing two billion would take longer than all that is measured.
 *
 * @returns Number of parameters.
 */
export async function makeCheckpoint(folder: string, form: Form): Promise<number> {
  const family = familyOf(form, "config.json");
  const shapes = family.expectedShapes(family.parseConfig(form, "config.json"));
  const embedded = (name: string) => fileURLToPath(new URL(name, EMBEDDED));
  const changed = async (name: string, change: object) => {
    const json = JSON.parse(await Deno.readTextFile(embedded(name)));
    await Deno.writeTextFile(join(folder, name), JSON.stringify({ ...json, ...change }));
  };
  await Deno.writeTextFile(join(folder, "config.json"), JSON.stringify(form));
  await Deno.writeTextFile(join(folder, "tokenizer.json"), await madeTokenizer(form));
  // The ids of special tokens stand in tokenizer.json.
  await changed("tokenizer_config.json", { added_tokens_decoder: undefined });
  await changed("generation_config.json", {
    bos_token_id: form.bos_token_id,
    pad_token_id: form.bos_token_id,
    eos_token_id: [form.eos_token_id, form.bos_token_id],
  });
  await changed("preprocessor_config.json", {
    patch_size: form.vision_config.patch_size,
    max_pixels: MOST_PIXELS,
  });
  await Deno.copyFile(
    embedded("chat_template.json"),
    join(folder, "chat_template.json"),
  );
  return await writeShards(folder, shapes);
}

/** Writes a copy of the embedded model that does not shrink images. */
export async function copyEmbedded(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(EMBEDDED)) {
    await Deno.copyFile(new URL(name, EMBEDDED), join(folder, name));
  }
  const path = join(folder, "preprocessor_config.json");
  const json = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, JSON.stringify({ ...json, max_pixels: MOST_PIXELS }));
}

async function writeShards(
  folder: string,
  shapes: ReadonlyMap<string, readonly number[]>,
): Promise<number> {
  const sizes = new Map([...shapes].map(([name, shape]) => [name, product(shape)]));
  const shards: string[][] = [[]];
  let bytes = 0, parameters = 0;
  for (const [name, size] of sizes) {
    if (bytes > 0 && bytes + 2 * size > SHARD) {
      shards.push([]);
      bytes = 0;
    }
    shards.at(-1)!.push(name);
    bytes += 2 * size;
    parameters += size;
  }
  const drawn = normalNumbers();
  const weight_map: Record<string, string> = {};
  for (const [i, names] of shards.entries()) {
    const file = `model-${number(i + 1)}-of-${number(shards.length)}.safetensors`;
    for (const name of names) weight_map[name] = file;
    using out = await Deno.open(join(folder, file), { write: true, createNew: true });
    const all = (part: Uint8Array) => writeAll(out, part);
    await all(header(names.map((name) => [name, shapes.get(name)!])));
    for (const name of names) {
      await fill(name, 2 * sizes.get(name)!, drawn, all);
    }
  }
  const index = { metadata: { total_size: 2 * parameters }, weight_map };
  await Deno.writeTextFile(
    join(folder, "model.safetensors.index.json"),
    JSON.stringify(index),
  );
  return parameters;
}

/** Writes a parameter: norms 1, biases 0, all else random. */
async function fill(
  name: string,
  bytes: number,
  drawn: Uint8Array<ArrayBuffer>,
  write: (part: Uint8Array) => Promise<void>,
): Promise<void> {
  if (name.endsWith(".bias")) return await write(new Uint8Array(bytes));
  if (/(norm\d?|ln_q)\.weight$/.test(name)) {
    return await write(narrow(new Float32Array(bytes / 2).fill(1), "bf16"));
  }
  for (let done = 0; done < bytes;) {
    const part = drawn.subarray(0, Math.min(drawn.length, bytes - done));
    await write(part);
    done += part.length;
  }
}

function normalNumbers(): Uint8Array<ArrayBuffer> {
  const next = stream(2);
  const values = new Float32Array(DRAWN);
  for (let i = 0; i < DRAWN; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    values[i] = DEVIATION * radius * Math.cos(2 * Math.PI * next());
  }
  return narrow(values, "bf16");
}

function header(tensors: readonly (readonly [string, readonly number[]])[]): Uint8Array {
  let at = 0;
  const fields = tensors.map(([name, shape]) => {
    const data_offsets = [at, at += 2 * product(shape)];
    return [name, { dtype: "BF16", shape, data_offsets }];
  });
  const bytes = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  const padded = new Uint8Array(8 + 8 * Math.ceil(bytes.length / 8)).fill(0x20);
  new DataView(padded.buffer).setBigUint64(0, BigInt(padded.length - 8), true);
  padded.set(bytes, 8);
  return padded;
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function number(i: number): string {
  return String(i).padStart(5, "0");
}
