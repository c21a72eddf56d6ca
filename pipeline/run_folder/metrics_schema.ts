import { toJsonSchema } from "npm:@valibot/to-json-schema@1.8.0";
import * as v from "npm:valibot@1.5.0";
import {
  about,
  anything,
  count,
  figure,
  figures,
  integer,
  named,
  positive,
  text,
} from "./fields.ts";
import { PROTOCOLS } from "../../stages/evaluate/protocol.ts";

/** The record `config`. */
export const configSchema = about(
  v.strictObject({
    type: about(v.literal("config"), "Tells the record from others."),
    step: v.optional(about(count, "Steps made before it applies. Default: 0.")),
    version: about(text, "Version of this program."),
    task: about(v.picklist(["train", "sft"]), "The command."),
    seed: about(integer, "As the setting `seed`."),
    backend: about(
      named(text, 'Settings["backend"]'),
      'The engine that computes, after "auto" was resolved.',
    ),
    engine: about(text, "A line about the engine, for people."),
    model: about(text, "As the setting `model`."),
    modelSha256: v.optional(about(
      text,
      "SHA-256 of the model's files and of the adapter's that training started from.",
    )),
    data: about(
      v.strictObject({
        describe: about(text, "A line about the data, for people."),
        notes: v.optional(about(
          v.array(text, "a list of texts"),
          "What people should know of how the data was read: what was left out or made one.",
        )),
        train: anything,
        heldOut: anything,
        sha256: about(
          v.strictObject({ train: text, heldOut: text }),
          "SHA-256 of the manifests' canonical JSON.",
        ),
      }, "an object"),
      "The data and the manifests of its sources.",
    ),
    settings: about(named(anything, "Settings"), "All settings of the run."),
    rewards: about(
      v.record(text, text),
      "Where the caller's own rewards came from, by name.",
    ),
    run: v.optional(about(text, "The run folder; missing in files of earlier versions.")),
  }),
  "What it takes to repeat the run: the first record, and one more at each step from which a " +
    "resumed run has other settings, data, model, rewards or version than before.",
);

/** The record `step`. */
export const stepSchema = about(
  v.objectWithRest({
    type: about(v.literal("step"), "Tells the record from others."),
    step: about(v.pipe(count, v.minValue(1, "a step of at least 1")), "1 is the first."),
    loss: about(figure, "The loss that the step was made with."),
    grad_norm: about(
      v.pipe(v.nullable(positive), v.transform((norm) => norm ?? NaN)),
      "Norm of the gradient before clipping.",
    ),
    learning_rate: about(positive, "Learning rate of this step."),
    num_tokens: about(
      count,
      "Tokens, the prompts' too, that updates have computed so far.",
    ),
    step_time: about(positive, "Seconds."),
    skipped: v.optional(about(
      v.literal(1),
      "1 in a step that was not made because it would have damaged the weights. Figures of " +
        "such a step may be NaN, which is null in a JSON line.",
    )),
  }, figure),
  "One optimiser step. Figures are named as in TRL: `reward`, `rewards/<name>/mean`, `kl` and " +
    "others. `entropy` is the mean over the tokens that the update computed: without a KL " +
    "divergence, not those of groups whose rewards are all equal.",
);

/** The record `evaluation`. */
export const evaluationSchema = about(
  v.strictObject({
    type: about(v.literal("evaluation"), "Tells the record from others."),
    step: about(count, "Steps made before; 0 is the model before training."),
    split: about(text, '"held-out", or the name of a probe.'),
    protocol: about(
      named(v.picklist(PROTOCOLS), "Protocol"),
      "Which questions were asked.",
    ),
    existMap: v.optional(about(
      v.strictObject({
        model: v.optional(about(
          text,
          "The model that made it; missing in maps of the authors' form.",
        )),
        sha256: about(text, "SHA-256 of the canonical JSON of its `images`."),
        edited: v.optional(about(
          v.boolean(),
          "Whether it was changed since; missing in maps of the authors' form.",
        )),
      }),
      "The map of present categories, if one from a file decided what was asked.",
    )),
    skipped: v.optional(about(
      v.array(text),
      'Bad images left out of the run so far; only if `onBadImage` is "skip".',
    )),
    figures: about(figures, "By name."),
  }),
  "Figures of the policy on questions that it is not trained on.",
);

/** The record `alarm`. */
export const alarmSchema = about(
  v.strictObject({
    type: about(v.literal("alarm"), "Tells the record from others."),
    name: about(
      text,
      'What happened, in one word: "interrupted", "bad-image", "resume" for something that a ' +
        'resumed run found to be wrong, "step_skipped", or what `watchStep` names.',
    ),
    step: about(count, "Steps made before."),
    message: about(text, "A sentence for people."),
  }),
  "Something that a reader should know.",
);

/** The record `done`. */
export const doneSchema = about(
  v.strictObject({
    type: about(v.literal("done"), "Tells the record from others."),
    before: about(
      figures,
      "Held-out figures before the first step; empty without evaluation.",
    ),
    after: about(figures, "Held-out figures after the last step."),
    seconds: about(positive, "Wall-clock time of all sittings."),
    skipped: v.optional(about(
      count,
      'How many bad images were left out; only if `onBadImage` is "skip".',
    )),
    run: about(text, "The run folder."),
  }),
  "The last record of a run that is complete.",
);

const metricsSchema = v.variant("type", [
  configSchema,
  stepSchema,
  evaluationSchema,
  alarmSchema,
  doneSchema,
]);

/** JSON Schema (2020-12) of {@linkcode METRICS_SCHEMA}. */
export interface MetricsSchema {
  /** The version of JSON Schema. */
  readonly $schema: string;
  /** What it describes. */
  readonly title: string;
  /** One schema a type of record. */
  readonly oneOf: readonly RecordSchema[];
}

/** JSON Schema of one type of record. */
export interface RecordSchema {
  /** A record is an object. */
  readonly type: "object";
  /** What the record says. */
  readonly description: string;
  /** By name of field. */
  readonly properties: Readonly<Record<string, unknown>> & {
    readonly type: { readonly const: string };
  };
  /** Names of the fields that every record of the type has. */
  readonly required: readonly string[];
  /** What fields of other names may hold; `false` if there are none. */
  readonly additionalProperties: unknown;
}

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
export const METRICS_SCHEMA: MetricsSchema = {
  title: "Visual-RFT metrics record",
  ...toJsonSchema(metricsSchema, {
    target: "draft-2020-12",
    typeMode: "input",
    ignoreActions: ["metadata"],
    // JSON's whole numbers go beyond those that a double counts exactly.
    overrideAction: ({ valibotAction, jsonSchema }) => {
      if (valibotAction.type !== "safe_integer") return undefined;
      const { minimum: _, maximum: _1, ...rest } = jsonSchema;
      return { ...rest, type: "integer" };
    },
  }),
} as unknown as MetricsSchema;
