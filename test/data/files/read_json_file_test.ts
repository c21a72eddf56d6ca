import assert from "node:assert/strict";
import { join } from "node:path";
import { readDataManifest } from "../../../pipeline/run_folder/data_manifest.ts";
import { readExistMap } from "../../../pipeline/evaluate/exist_map.ts";
import { readCompletionsFile } from "../../../pipeline/evaluate/predictions/completions.ts";
import { fault } from "../../../data/files/json_fault.ts";
import { readConfig } from "../../../pipeline/cli/read_config.ts";
import { readJsonFile } from "../../../data/files/read_json_file.ts";
import { makePipe, put } from "../../support/made_files.ts";
import { inFolder } from "../../support/in_folder.ts";

const deep = "[".repeat(1e5) + "]".repeat(1e5);

Deno.test("no file of settings, data or answers is a pipe or device", () =>
  inFolder(async (folder) => {
    const pipe = join(folder, "a.json");
    await makePipe(pipe);
    await assert.rejects(readJsonFile(pipe), /cannot be read: .* is a named pipe/);
    await assert.rejects(readExistMap(pipe), /cannot be read: .* is a named pipe/);
    await assert.rejects(readCompletionsFile(pipe), /is a named pipe/);
    await assert.rejects(readConfig(pipe), /a\.json: it cannot be read; give the path/);
    assert.throws(() => readDataManifest(pipe), /cannot be read \(.* is a named pipe/);
    await assert.rejects(readJsonFile("/dev/zero"), /is a device/);
  }));

Deno.test("no JSON is deeper than whoever walks it can go", () =>
  inFolder(async (folder) => {
    const path = await put(folder, "a.json", `{"images":${deep}}`);
    const message = /more than 200 brackets within brackets/;
    await assert.rejects(readJsonFile(path), message);
    await assert.rejects(readExistMap(path), message);
    await assert.rejects(readCompletionsFile(path), message);
    await assert.rejects(readConfig(path), message);
    assert.throws(() => readDataManifest(path), message);
  }));

Deno.test("files are as large as is said, and no larger", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.json");
    await Deno.writeTextFile(path, "[1]");
    assert.deepEqual(await readJsonFile(path, 3), [1]);
    await assert.rejects(readJsonFile(path, 2), /has 3 bytes, more than the 2/);
    await Deno.truncate(path, 2 ** 30); // holes take no room
    await assert.rejects(readJsonFile(path), /more than the 500000000/);
    await assert.rejects(readConfig(path), /more than the 1048576 that such a file may/);
    assert.throws(() => readDataManifest(path), /more than the 67108864/);
    await assert.rejects(readExistMap(path), /more than the 67108864/);
  }));

Deno.test("a fault quotes little of what it is about, however deep or long", () => {
  const nested = JSON.parse(deep);
  assert.equal(fault("a.json", ".a", "a text", nested).message.length < 200, true);
  assert.ok(fault("a.json", ".a", "a number", "x".repeat(1e6)).message.length < 200);
});
