import type { HostileCase } from "../case.ts";
import { COMPANION_FILES } from "../../../data/hub/companion_files.ts";
import { type Model, modelCase } from "./model.ts";
import { PARAMETERS } from "./safetensors.ts";

const SHARD = "model-00001-of-00001.safetensors";
const INDEX = "model.safetensors.index.json";

/** Puts an index in the place of the weights, which says that all are in `shard`. */
async function indexed(model: Model, shard: string): Promise<void> {
  await model.remove("model.safetensors");
  const weight_map = Object.fromEntries(PARAMETERS.map((name) => [name, shard]));
  await model.write(INDEX, { weight_map });
}

async function manyShards(model: Model): Promise<void> {
  await model.remove("model.safetensors");
  const shards = Array.from({ length: 20_000 }, (_, i) => [`k${i}`, `${i}.safetensors`]);
  await model.write(INDEX, { weight_map: Object.fromEntries(shards) });
}

async function sparse(model: Model, name: string, bytes: number): Promise<void> {
  await model.write(name, "{");
  await Deno.truncate(`${model.folder}/${name}`, bytes);
}

/** Paths that lead to no regular file, out of the folder, or to far too much. */
export const FILES: readonly HostileCase[] = [
  ...COMPANION_FILES.map((name) =>
    modelCase("files", `${name} is a pipe`, "refused", (model) => model.pipe(name))
  ),
  ...["config.json", "tokenizer.json", "merges.txt", "model.safetensors"].map((name) =>
    modelCase(
      "files",
      `${name} is /dev/zero`,
      "refused",
      (model) => model.link(name, "/dev/zero"),
    )
  ),
  modelCase("files", "weights are a pipe", "refused", (m) => m.pipe("model.safetensors")),
  modelCase("files", "a shard is a pipe", "refused", async (model) => {
    await indexed(model, SHARD);
    await model.pipe(SHARD);
  }),
  modelCase("files", "a shard is /dev/zero", "refused", async (model) => {
    await indexed(model, SHARD);
    await model.link(SHARD, "/dev/zero");
  }),
  modelCase(
    "files",
    "the index leads out of the folder",
    "refused",
    (model) => indexed(model, "../../../etc/passwd.safetensors"),
  ),
  modelCase("files", "20,000 shards", "refused", manyShards),
  modelCase(
    "files",
    "a link to itself",
    "refused",
    (model) => model.link("config.json", "config.json"),
  ),
  modelCase("files", "config.json is a folder", "refused", async (model) => {
    await model.remove("config.json");
    await Deno.mkdir(`${model.folder}/config.json`);
  }),
  modelCase(
    "files",
    "config.json of 1 TB",
    "refused",
    (model) => sparse(model, "config.json", 1e12),
  ),
  modelCase(
    "files",
    "vocab.json of 1 TB",
    "refused",
    (model) => sparse(model, "vocab.json", 1e12),
  ),
  modelCase(
    "files",
    "weights of 1 TB",
    "refused",
    (model) => sparse(model, "model.safetensors", 1e12),
  ),
];
