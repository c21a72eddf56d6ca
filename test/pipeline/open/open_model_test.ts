import assert from "node:assert/strict";
import { openModel } from "../../../pipeline/open/open_model.ts";
import { resolveSettings } from "../../../pipeline/settings/settings.ts";
import { readPeft } from "../../../stages/adapter/peft.ts";
import { fixturePath } from "../../support/fixtures.ts";
import { inFolder } from "../../support/in_folder.ts";

const model = fixturePath("qwen2_vl/tiny-untied"), adapter = fixturePath("qwen2_vl/lora");

Deno.test("openModel() goes on from an adapter, and keeps its form", async () => {
  await inFolder(async (folder) => {
    const settings = resolveSettings({ model, adapter, backend: "wasm" });
    const { policy } = await openModel(settings, false);
    await policy.saveModel(folder);
    policy.dispose();
    assert.deepEqual((await readPeft(folder)).modules, (await readPeft(adapter)).modules);
  });
});

Deno.test("openModel() takes no rank beside an adapter", async () => {
  const settings = resolveSettings({ model, adapter, loraR: 3 });
  await assert.rejects(
    openModel(settings, false),
    /TypeError: loraR 3 does not go with option adapter/,
  );
});
