import * as v from "npm:valibot@1.5.0";
import { publishedName } from "./parameter_names.ts";
import { isThere } from "../../../data/files/is_there.ts";
import { checkJson } from "../../../data/files/check_json.ts";
import { readJson } from "../../../data/files/read_json.ts";
import { quoted } from "../../../data/short_text.ts";
import { openSafetensors, type SafetensorsFile } from "./open.ts";

/** The weights of a model folder, read parameter by parameter. */
export interface Checkpoint {
  readonly folder: string;
  /** Published names (`visual.…`, `model.layers.…`, `lm_head.weight`), sorted. */
  readonly names: readonly string[];
  /** @throws {RangeError} If there is no parameter of this name. */
  shape(name: string): readonly number[];
  /**
   * As the file names it: "F32", "BF16", …
   *
   * @throws {RangeError} If there is no parameter of this name.
   */
  dtype(name: string): string;
  /**
   * A parameter as 32-bit floats, from any dtype.
   *
   * @throws {RangeError} If there is no parameter of this name.
   */
  read(name: string): Promise<Float32Array<ArrayBuffer>>;
  /**
   * A parameter's bytes as they are in the file (little-endian).
   *
   * @throws {RangeError} If there is no parameter of this name.
   */
  readBytes(name: string): Promise<Uint8Array<ArrayBuffer>>;
  close(): void;
}

const SINGLE = "model.safetensors";
const INDEX = "model.safetensors.index.json";
/** Most files of weights; the largest published models have 200. */
const MAX_SHARDS = 1000;
/** Most bytes of an index, at 100 per parameter. */
const MAX_INDEX_BYTES = 2 ** 25;
const indexSchema = v.object({
  // A file of this folder: an untrusted index must not reach outside of it.
  weight_map: v.record(
    v.string(),
    v.pipe(
      v.string(),
      v.regex(/^[^/\\]+\.safetensors$/, "the name of a .safetensors file next to it"),
    ),
  ),
});

/**
 * Opens the weights of a model folder: model.safetensors, or the shards that
 * model.safetensors.index.json names. Both namings of parameters become the published one.
 *
 * @throws {Deno.errors.NotFound} If the folder or one of its shards is missing.
 * @throws {TypeError} If one of the files is not a regular file.
 * @throws {SyntaxError} If a file is damaged, or the index names what a shard does not hold.
 */
export async function openCheckpoint(folder: string): Promise<Checkpoint> {
  const files: SafetensorsFile[] = [];
  const close = () => files.forEach((file) => file.close());
  try {
    const places = await isThere(`${folder}/${SINGLE}`)
      ? await openSingle(folder, files)
      : await openShards(folder, files);
    const find = (name: string): Place => {
      const place = places.get(name);
      if (place === undefined) {
        throw new RangeError(`${folder} has no parameter "${name}"`);
      }
      return place;
    };
    return {
      folder,
      names: [...places.keys()].sort(),
      shape: (name) => find(name).file.tensors.get(find(name).key)!.shape,
      dtype: (name) => find(name).file.tensors.get(find(name).key)!.dtype,
      read: async (name) => await find(name).file.read(find(name).key),
      readBytes: async (name) => await find(name).file.readBytes(find(name).key),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

interface Place {
  readonly file: SafetensorsFile;
  /** The name in the file. */
  readonly key: string;
}

async function openSingle(folder: string, files: SafetensorsFile[]) {
  const file = await openSafetensors(`${folder}/${SINGLE}`);
  files.push(file);
  return byPublishedName([...file.tensors.keys()].map((key) => ({ file, key })));
}

async function openShards(folder: string, files: SafetensorsFile[]) {
  const path = `${folder}/${INDEX}`;
  const json = await readJson(path, {
    remedy:
      `a model folder holds ${SINGLE}, or ${INDEX} and its shards; fetch the weights again`,
    limit: MAX_INDEX_BYTES,
  });
  const { weight_map } = checkJson(indexSchema, json, path);
  const named = new Set(Object.values(weight_map)).size;
  if (named > MAX_SHARDS) {
    throw new SyntaxError(
      `${path}: weight_map names ${named} files, more than ${MAX_SHARDS}: fetch the weights again`,
    );
  }
  const shards = new Map<string, SafetensorsFile>();
  const places: Place[] = [];
  for (const [key, name] of Object.entries(weight_map)) {
    let file = shards.get(name);
    if (file === undefined) {
      file = await openShard(folder, name);
      files.push(file);
      shards.set(name, file);
    }
    if (!file.tensors.has(key)) {
      throw new SyntaxError(
        `${path}: weight_map says ${
          quoted(key)
        } is in ${name}, which does not hold it; fetch both again`,
      );
    }
    places.push({ file, key });
  }
  return byPublishedName(places);
}

async function openShard(folder: string, name: string): Promise<SafetensorsFile> {
  try {
    return await openSafetensors(`${folder}/${name}`);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Deno.errors.NotFound(
      `There is no file ${folder}/${name}, which ${INDEX} names: fetch the weights again`,
      { cause },
    );
  }
}

function byPublishedName(places: readonly Place[]): Map<string, Place> {
  const named = new Map<string, Place>();
  for (const place of places) {
    const name = publishedName(place.key);
    const other = named.get(name);
    if (other !== undefined) {
      throw new SyntaxError(
        `${place.file.path}: "${place.key}" and "${other.key}" are the same parameter; keep one of them`,
      );
    }
    named.set(name, place);
  }
  return named;
}
