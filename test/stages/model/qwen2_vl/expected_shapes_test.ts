import assert from "node:assert/strict";
import { parseConfig } from "../../../../stages/model/qwen2_vl/config.ts";
import { expectedShapes } from "../../../../stages/model/qwen2_vl/expected_shapes.ts";
import { openCheckpoint } from "../../../../stages/model/safetensors/checkpoint.ts";
import {
  fixturePath,
  readFixture,
  REFERENCE,
  referenceTest,
} from "../../../support/fixtures.ts";
import { referenceModels } from "../../../support/model_case.ts";

for (const folder of referenceModels(["qwen2_vl"])) {
  const name = `expectedShapes() names every parameter of ${folder}, and no other`;
  referenceTest(name, [folder], async () => {
    const config = parseConfig(readFixture(`${folder}/config.json`, REFERENCE), folder);
    const checkpoint = await openCheckpoint(fixturePath(folder, REFERENCE));
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
