/** What a run loads before its first step. By the graph of modules: a clock would tell less. */
import assert from "node:assert/strict";
import { loadedWith } from "../support/sources.ts";

/** The files that a run of the embedded model imports, one after the other. */
const ENTRIES = [
  "pipeline/cli/main.ts",
  "pipeline/cli/train.ts",
  "pipeline/train/start_run.ts",
  "stages/engine/backend.ts",
  "stages/policy/open_policy.ts",
  "data/emoji/source.ts",
];

const loaded = ENTRIES.map(loadedWith);
const files = loaded.flatMap(({ files }) => [...files]);
const packages = new Set(loaded.flatMap(({ packages }) => [...packages]));
const inRoom = (room: string) => files.filter((file) => file.startsWith(`${room}/`));

Deno.test("a run of the embedded model loads no page, Hub, file format or other command", () => {
  assert.ok(inRoom("stages/model").length > 20, "it looks");
  const others = [
    ...["audit", "check_data", "experiment", "init", "native", "page"],
    ...["pretrain", "report", "sbom", "tensorboard", "watch"],
  ].map((room) => `pipeline/${room}`);
  for (const room of others) assert.deepEqual(inRoom(room), [], room);
  // Names and specifications are read before it is known what they name.
  assert.deepEqual([...new Set([...inRoom("data/hub"), ...inRoom("data/formats")])], [
    "data/hub/hub_name.ts",
    "data/hub/snapshot_instead.ts",
    "data/hub/companion_files.ts",
    "data/formats/file_spec.ts",
    "data/formats/json_head.ts",
  ]);
});

Deno.test("a run of the embedded model loads these packages and no others", () => {
  const names = [...packages].filter((name) => name.startsWith("npm:"))
    .map((name) => /^npm:(@[^/]+\/)?[^@/]+/.exec(name)![0].slice(4));
  assert.deepEqual(names.sort(), [
    "@bufbuild/protobuf",
    "@huggingface/jinja",
    "@huggingface/tokenizers",
    "@tensorflow/tfjs",
    "cli-progress",
    "commander",
    "crc-32",
    "fastest-levenshtein",
    "rxjs",
    "valibot",
  ]);
});

Deno.test("the list of commands loads none of them", () => {
  const { files, packages } = loadedWith("pipeline/cli/main.ts");
  assert.ok(files.size < 20, `${files.size} files`);
  assert.deepEqual([...packages].filter((name) => name.startsWith("npm:")), [
    "npm:commander@15.1.0",
  ]);
});
