import assert from "node:assert/strict";
import { join } from "node:path";
import { readDataManifest } from "../../pipeline/run_folder/data_manifest.ts";
import { readExistMap } from "../../pipeline/evaluate/exist_map.ts";
import { readCompletionsFile } from "../../pipeline/evaluate/predictions/completions.ts";
import { readConfig } from "../../pipeline/cli/read_config.ts";
import { LARGE_JSON, readJsonIfThere } from "../../data/files/read_json.ts";
import { makePipe, put } from "../support/made_files.ts";
import { inFolder } from "../support/in_folder.ts";

const deep = "[".repeat(1e5) + "]".repeat(1e5);

Deno.test("no file of settings, data or answers is a pipe or device", () =>
  inFolder(async (folder) => {
    const pipe = join(folder, "a.json");
    await makePipe(pipe);
    await assert.rejects(readJsonIfThere(pipe, LARGE_JSON), /a\.json is a named pipe/);
    await assert.rejects(readExistMap(pipe), /a\.json is a named pipe/);
    await assert.rejects(readCompletionsFile(pipe), /is a named pipe/);
    await assert.rejects(readConfig(pipe), /a\.json: it cannot be read; give the path/);
    assert.throws(() => readDataManifest(pipe), /cannot be read \(.* is a named pipe/);
    await assert.rejects(readJsonIfThere("/dev/zero", LARGE_JSON), /is a device/);
  }));

Deno.test("no JSON is deeper than whoever walks it can go", () =>
  inFolder(async (folder) => {
    const path = await put(folder, "a.json", `{"images":${deep}}`);
    const message = /more than 200 brackets within brackets/;
    await assert.rejects(readJsonIfThere(path, LARGE_JSON), message);
    await assert.rejects(readExistMap(path), message);
    await assert.rejects(readCompletionsFile(path), message);
    await assert.rejects(readConfig(path), message);
    assert.throws(() => readDataManifest(path), message);
  }));

Deno.test("files are as large as is said, and no larger", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.json");
    await Deno.writeTextFile(path, "[1]");
    assert.deepEqual(await readJsonIfThere(path, { limit: 3 }), [1]);
    await assert.rejects(
      readJsonIfThere(path, { limit: 2 }),
      /has 3 bytes, more than the 2/,
    );
    await Deno.truncate(path, 2 ** 30); // holes take no room
    await assert.rejects(readJsonIfThere(path, LARGE_JSON), /more than the 500000000/);
    await assert.rejects(readConfig(path), /more than the 1048576 that such a file may/);
    assert.throws(() => readDataManifest(path), /more than the 67108864/);
    await assert.rejects(readExistMap(path), /more than the 67108864/);
  }));
