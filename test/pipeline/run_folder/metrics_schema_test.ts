import assert from "node:assert/strict";
import type { MetricsRecord } from "../../../pipeline/run_folder/metrics.ts";
import { METRICS_SCHEMA } from "../../../pipeline/run_folder/metrics_schema.ts";
import { resolveSettings } from "../../../pipeline/settings/settings.ts";

/** As much of JSON Schema as METRICS_SCHEMA uses. */
interface Schema {
  readonly oneOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

function fits(value: unknown, schema: Schema): boolean {
  if (value === null && Array.isArray(schema.type)) return schema.type.includes("null");
  if (Array.isArray(schema.type)) return fits(value, { ...schema, type: schema.type[0] });
  if (schema.oneOf) return schema.oneOf.filter((one) => fits(value, one)).length === 1;
  if (schema.const !== undefined && value !== schema.const) return false;
  if (schema.enum && !schema.enum.includes(value)) return false;
  if (schema.type === "integer" && !Number.isInteger(value)) return false;
  if (schema.type === "number" && !Number.isFinite(value)) return false;
  if (schema.type === "string" && typeof value !== "string") return false;
  if (schema.minimum !== undefined && !(value as number >= schema.minimum)) return false;
  if (schema.type !== "object") return true;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  if (schema.required?.some((name) => !Object.hasOwn(value, name))) return false;
  return Object.entries(value).every(([name, inner]) => {
    const known = schema.properties?.[name] ?? schema.additionalProperties ?? true;
    return typeof known === "boolean" ? known : fits(inner, known);
  });
}

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
    assert.ok(fits(JSON.parse(JSON.stringify(record)), METRICS_SCHEMA), record.type);
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
        fits(without, METRICS_SCHEMA),
        optional.has(name) || record.type === "config" && name === "step",
        `${record.type}.${name}`,
      );
      const wrong = { ...without, [name]: [] };
      assert.ok(!fits(wrong, METRICS_SCHEMA), `${record.type}.${name} as a list`);
    }
  }
});

Deno.test("METRICS_SCHEMA refuses figures that are not numbers", () => {
  assert.ok(!fits({ ...RECORDS.step, kl: "low" }, METRICS_SCHEMA));
  assert.ok(fits({ ...RECORDS.step, loss: null, kl: null }, METRICS_SCHEMA), "skipped");
  assert.ok(!fits({ ...RECORDS.done, after: { map: null } }, METRICS_SCHEMA));
  assert.ok(!fits({ ...RECORDS.alarm, extra: 1 }, METRICS_SCHEMA));
});
