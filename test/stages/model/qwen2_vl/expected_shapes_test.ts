import assert from "node:assert/strict";
import { parseConfig } from "../../../../stages/model/qwen2_vl/config.ts";
import { expectedShapes } from "../../../../stages/model/qwen2_vl/expected_shapes.ts";
import { openCheckpoint } from "../../../../stages/model/safetensors/checkpoint.ts";
import { fixturePath, readFixture } from "../../../support/fixtures.ts";

const folders = [
  "tiny-untied",
  "tiny-tied",
  "tiny-untied-newnames",
  "tiny-untied-sharded",
  "tiny-untied-bf16",
];

for (const folder of folders) {
  Deno.test(`expectedShapes() names every parameter of ${folder}, and no other`, async () => {
    const config = parseConfig(readFixture(`qwen2_vl/${folder}/config.json`), folder);
    const checkpoint = await openCheckpoint(fixturePath(`qwen2_vl/${folder}`));
    try {
      assert.deepEqual(
        Object.fromEntries(expectedShapes(config)),
        Object.fromEntries(
          checkpoint.names.map((name) => [name, checkpoint.shape(name)]),
        ),
      );
    } finally {
      checkpoint.close();
    }
  });
}
