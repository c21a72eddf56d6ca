import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { MetricsRecord } from "../../../pipeline/run_folder/metrics.ts";
import { METRICS_SCHEMA } from "../../../pipeline/run_folder/metrics_schema.ts";
import { resolveSettings } from "../../../pipeline/settings/settings.ts";

const isRecord = new Ajv2020().compile(METRICS_SCHEMA);

/** One record of each type, with every field that the types have. */
const RECORDS: { readonly [T in MetricsRecord["type"]]: MetricsRecord & { type: T } } = {
  config: {
    type: "config",
    step: 20,
    version: "0.1.0",
    task: "sft",
    seed: 0,
    backend: "wasm",
    engine: "WebAssembly",
    model: "emoji",
    modelSha256: "3d",
    data: {
      describe: "cats",
      train: { source: "emoji" },
      heldOut: {},
      sha256: { train: "1f", heldOut: "2e" },
    },
    settings: resolveSettings(),
    rewards: { brief: "function" },
  },
  step: {
    type: "step",
    step: 1,
    loss: -0.5,
    grad_norm: 1,
    learning_rate: 0,
    num_tokens: 24,
    step_time: 0.5,
    reward: 1.5,
    "rewards/accuracy/mean": 0.5,
    skipped: 1,
  },
  evaluation: {
    type: "evaluation",
    step: 0,
    split: "held-out",
    protocol: "exist-map",
    existMap: { model: "emoji", sha256: "1f", edited: false },
    figures: { map: 0.5 },
  },
  alarm: { type: "alarm", name: "interrupted", step: 0, message: "Stopped" },
  done: { type: "done", before: {}, after: { accuracy: 1 }, seconds: 2, run: "runs/a" },
};

Deno.test("METRICS_SCHEMA takes a record of every type, and each as one type only", () => {
  for (const record of Object.values(RECORDS)) {
    assert.ok(isRecord(JSON.parse(JSON.stringify(record))), record.type);
  }
  assert.deepEqual(
    METRICS_SCHEMA.oneOf.map(({ properties }) => properties.type.const).sort(),
    Object.keys(RECORDS).sort(),
  );
});

Deno.test("METRICS_SCHEMA refuses a record without a field or with one of another kind", () => {
  const optional = new Set([
    ...["reward", "rewards/accuracy/mean", "existMap"],
    ...["modelSha256", "skipped"],
  ]);
  for (const record of Object.values(RECORDS)) {
    for (const name of Object.keys(record)) {
      const { [name]: _, ...without } = record as unknown as Record<string, unknown>;
      assert.equal(
        isRecord(without),
        optional.has(name) || record.type === "config" && name === "step",
        `${record.type}.${name}`,
      );
      const wrong = { ...without, [name]: [] };
      assert.ok(!isRecord(wrong), `${record.type}.${name} as a list`);
    }
  }
});

Deno.test("METRICS_SCHEMA refuses figures that are not numbers", () => {
  assert.ok(!isRecord({ ...RECORDS.step, kl: "low" }));
  assert.ok(isRecord({ ...RECORDS.step, loss: null, kl: null }), "skipped");
  assert.ok(!isRecord({ ...RECORDS.done, after: { map: null } }));
  assert.ok(!isRecord({ ...RECORDS.alarm, extra: 1 }));
});
