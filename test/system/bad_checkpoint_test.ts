import assert from "node:assert/strict";
import { join } from "node:path";
import { main } from "../../pipeline/cli/main.ts";
import { fixturePath } from "../support/fixtures.ts";
import { inFolder } from "../support/in_folder.ts";

const SINGLE = fixturePath("qwen2_vl/tiny-untied");
const SHARDED = fixturePath("qwen2_vl/tiny-untied-sharded");
const WEIGHTS = "model.safetensors", INDEX = "model.safetensors.index.json";

/** A folder of the fixtures, copied and damaged. */
type Damage = (folder: string) => void;

/** Changes the header's text of a safetensors file, and puts its length right. */
function header(folder: string, change: (text: string) => string): void {
  const path = join(folder, WEIGHTS), bytes = Deno.readFileSync(path);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const text = change(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const json = new TextEncoder().encode(text);
  const out = new Uint8Array(8 + json.length + bytes.length - 8 - length);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  out.set(bytes.subarray(8 + length), 8 + json.length);
  Deno.writeFileSync(path, out);
}

/** Lays values over those at a path of a JSON file. */
function json(folder: string, name: string, at: string, values: object): void {
  const json = JSON.parse(Deno.readTextFileSync(join(folder, name)));
  Object.assign(at === "" ? json : json[at], values);
  Deno.writeTextFileSync(join(folder, name), JSON.stringify(json));
}

const entry = (text: string, name: string) => {
  const start = text.indexOf(`"${name}":`);
  return text.slice(start, text.indexOf("}", start) + 1);
};
const NORM = "model.norm.weight";
const firstShard = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.endsWith(".safetensors")).sort()[0]!;

const cases: Record<string, [string, Damage, RegExp]> = {
  "a header of 2^60 bytes": [
    SINGLE,
    (folder) => {
      const path = join(folder, WEIGHTS), bytes = Deno.readFileSync(path);
      new DataView(bytes.buffer).setBigUint64(0, 2n ** 60n, true);
      Deno.writeFileSync(path, bytes);
    },
    /model\.safetensors: the header's length is 1152921504606846976 bytes, but the file/,
  ],
  "a truncated file": [SINGLE, (folder) => {
    const path = join(folder, WEIGHTS);
    Deno.truncateSync(path, Deno.statSync(path).size - 5);
  }, /model\.safetensors: data_offsets of tensor ".*" are .* but the file has/],
  "overlapping tensors": [
    SINGLE,
    (folder) =>
      header(folder, (text) =>
        text.replace(
          /("model\.norm\.weight":.*?"data_offsets":\[)(\d+),(\d+)/,
          (_, a, b, c) => `${a}${b - 4},${c - 4}`,
        )),
    /begins at byte \d+ of the data, (inside|with a gap after)/,
  ],
  "offsets out of range": [
    SINGLE,
    (folder) =>
      header(folder, (text) =>
        text.replace(
          /("model\.norm\.weight":.*?"data_offsets":\[)(\d+),(\d+)/,
          (_, a, b, c) => `${a}${+b + 1e9},${+c + 1e9}`,
        )),
    /data_offsets of tensor "model\.norm\.weight"/,
  ],
  "a name twice": [
    SINGLE,
    (folder) => header(folder, (text) => text.replace("{", `{${entry(text, NORM)},`)),
    /"model\.norm\.weight" comes twice/,
  ],
  "an unknown dtype": [
    SINGLE,
    (folder) =>
      header(
        folder,
        (text) =>
          text.replace(entry(text, NORM), entry(text, NORM).replace("F32", "F33")),
      ),
    /dtype of tensor "model\.norm\.weight" is "F33", which is not known/,
  ],
  "integers for weights": [
    SINGLE,
    (folder) =>
      header(
        folder,
        (text) =>
          text.replace(entry(text, NORM), entry(text, NORM).replace("F32", "I32")),
      ),
    /parameter "model\.norm\.weight" has dtype I32, .*not quantised/,
  ],
  "lists in lists": [
    SINGLE,
    (folder) => header(folder, () => "[".repeat(1e6)),
    /nests deeper than 8/,
  ],
  "another width in config.json": [
    SINGLE,
    (folder) => json(folder, "config.json", "", { intermediate_size: 12 }),
    /parameter "model\.layers\.0\.mlp\.gate_proj\.weight" has shape \[.*config\.json asks for \[12,/,
  ],
  "another depth in config.json": [
    SINGLE,
    (folder) => json(folder, "config.json", "", { num_hidden_layers: 9 }),
    /has no parameter "model\.layers\.\d\.input_layernorm\.weight" of shape/,
  ],
  "a config.json of another model": [
    SINGLE,
    (folder) => json(folder, "config.json", "", { model_type: "llama" }),
    /config\.json: model_type/,
  ],
  "a missing shard": [
    SHARDED,
    (folder) => Deno.removeSync(join(folder, firstShard(folder))),
    /no file .*, which model\.safetensors\.index\.json names: fetch the weights again/,
  ],
  "an index that leads out of the folder": [
    SHARDED,
    (folder) => json(folder, INDEX, "weight_map", { [NORM]: "../x.safetensors" }),
    /index\.json: \.weight_map\["model\.norm\.weight"\] must be the name of/,
  ],
  "an index of the wrong schema": [
    SHARDED,
    (folder) => Deno.writeTextFileSync(join(folder, INDEX), '{"weight_map":[1]}'),
    /index\.json: \.weight_map/,
  ],
  "an index that is half there": [
    SHARDED,
    (folder) => Deno.writeTextFileSync(join(folder, INDEX), '{"weight_map":{'),
    /index\.json is not JSON/,
  ],
};

for (const [name, [model, damage, message]] of Object.entries(cases)) {
  Deno.test(`a model with ${name} is refused in one sentence, exit code 2`, async () => {
    await inFolder(async (folder) => {
      for (const { name } of Deno.readDirSync(model)) {
        Deno.writeFileSync(join(folder, name), Deno.readFileSync(join(model, name)));
      }
      damage(folder);
      const { error } = console;
      const said: string[] = [];
      console.error = (line: string) => void said.push(line);
      let code;
      try {
        code = await main(["evaluate", "--backend", "wasm", "--model", folder]);
      } finally {
        console.error = error;
      }
      assert.match(said.join("\n"), message);
      assert.equal(said.length, 1);
      assert.ok(said[0]!.includes(folder), "names the file or folder");
      assert.ok(said[0]!.length < folder.length + 400, said[0]);
      assert.equal(code, 2);
    });
  });
}
