import assert from "node:assert/strict";
import { settingChanges } from "../../../pipeline/page/setting_changes.ts";
import type { ReadConfig } from "../../../pipeline/run_folder/read_run.ts";

const config = (more: Partial<ReadConfig>): ReadConfig => ({
  version: "1",
  task: "train",
  seed: 0,
  backend: "wasm",
  engine: "",
  model: "emoji",
  describe: "cats",
  settings: { learningRate: 1, watch: false },
  rewards: {},
  ...more,
});

Deno.test("what a resumed run changed is told with the step after which it holds", () => {
  const earlier = [
    config({}),
    config({
      step: 4,
      settings: { learningRate: 0.5, watch: true, acceptChanges: true, backend: "wasm" },
    }),
  ];
  const last = config({ step: 9, settings: { learningRate: 0.5 }, version: "2" });
  assert.deepEqual(settingChanges({ earlier, config: last }), [
    { step: 4, name: "learningRate", from: "1", to: "0.5" },
    { step: 9, name: "version", from: "1", to: "2" },
  ]);
  assert.deepEqual(settingChanges({ config: last }), []);
  assert.deepEqual(settingChanges({}), []);
});
