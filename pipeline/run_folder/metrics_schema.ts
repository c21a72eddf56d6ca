const figures = {
  type: "object",
  additionalProperties: { type: "number" },
} as const;

/** Null is NaN, in a step that was skipped. */
const figure = { type: ["number", "null"] } as const;

const step = { type: "integer", minimum: 0 } as const;

/**
 * JSON Schema (2020-12) of one line of metrics.jsonl: a `MetricsRecord`.
 *
 * @example
 * ```ts
 * import { METRICS_SCHEMA } from "./metrics_schema.ts";
 *
 * METRICS_SCHEMA.oneOf.map(({ properties }) => properties.type.const);
 * // ["config", "step", "evaluation", "alarm", "done"]
 * ```
 */
export const METRICS_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Visual-RFT metrics record",
  oneOf: [
    {
      type: "object",
      properties: {
        type: { const: "config" },
        step,
        version: { type: "string" },
        task: { enum: ["train", "sft"] },
        seed: { type: "integer" },
        backend: { type: "string" },
        engine: { type: "string" },
        model: { type: "string" },
        modelSha256: { type: "string" },
        data: {
          type: "object",
          properties: {
            describe: { type: "string" },
            train: { type: "object" },
            heldOut: { type: "object" },
            sha256: {
              type: "object",
              properties: { train: { type: "string" }, heldOut: { type: "string" } },
              required: ["train", "heldOut"],
              additionalProperties: false,
            },
          },
          required: ["describe", "train", "heldOut", "sha256"],
          additionalProperties: false,
        },
        settings: { type: "object" },
        rewards: { type: "object", additionalProperties: { type: "string" } },
        run: { type: "string" },
      },
      required: [
        "type",
        "version",
        "task",
        "seed",
        "backend",
        "engine",
        "model",
        "data",
        "settings",
        "rewards",
      ],
      additionalProperties: false,
    },
    {
      type: "object",
      properties: {
        type: { const: "step" },
        step: { type: "integer", minimum: 1 },
        loss: figure,
        grad_norm: { ...figure, minimum: 0 },
        learning_rate: { type: "number", minimum: 0 },
        num_tokens: { type: "integer", minimum: 0 },
        step_time: { type: "number", minimum: 0 },
        skipped: { const: 1 },
      },
      required: [
        "type",
        "step",
        "loss",
        "grad_norm",
        "learning_rate",
        "num_tokens",
        "step_time",
      ],
      additionalProperties: figure,
    },
    {
      type: "object",
      properties: {
        type: { const: "evaluation" },
        step,
        split: { type: "string" },
        protocol: { enum: ["all", "exist-map", "truth"] },
        existMap: {
          type: "object",
          properties: {
            model: { type: "string" },
            sha256: { type: "string" },
            edited: { type: "boolean" },
          },
          required: ["sha256"],
          additionalProperties: false,
        },
        skipped: { type: "array", items: { type: "string" } },
        figures,
      },
      required: ["type", "step", "split", "protocol", "figures"],
      additionalProperties: false,
    },
    {
      type: "object",
      properties: {
        type: { const: "alarm" },
        name: { type: "string" },
        step,
        message: { type: "string" },
      },
      required: ["type", "name", "step", "message"],
      additionalProperties: false,
    },
    {
      type: "object",
      properties: {
        type: { const: "done" },
        before: figures,
        after: figures,
        seconds: { type: "number", minimum: 0 },
        skipped: { type: "integer", minimum: 0 },
        run: { type: "string" },
      },
      required: ["type", "before", "after", "seconds", "run"],
      additionalProperties: false,
    },
  ],
} as const;
