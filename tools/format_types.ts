/**
 * Writes the types of the project's file formats from their schemas. A schema describes a format
 * once: files are read through it, its JSON schema comes from it, and so do the documented
 * types below. (`v.InferOutput` would give types without documentation, which JSR refuses.)
 *
 *     deno task formats
 *
 * @module
 */
import * as v from "npm:valibot@1.5.0";
import { answerRowSchema } from "../pipeline/run_folder/answers_schema.ts";
import { completionRowSchema } from "../pipeline/run_folder/completions_schema.ts";
import { manifestSchema } from "../pipeline/run_folder/manifest_schema.ts";
import * as results from "../pipeline/experiment/results_schema.ts";
import * as metrics from "../pipeline/run_folder/metrics_schema.ts";

/** A file of types. */
interface TypesFile {
  readonly path: string;
  /** The file of the schemas, beside it. */
  readonly schemas: string;
  /** The comment at the file's top. */
  readonly about?: string;
  readonly imports: readonly string[];
  /** Schemas by the name of their type. */
  readonly types: Readonly<Record<string, v.GenericSchema>>;
  /** The name of the union of all types. */
  readonly union?: { readonly name: string; readonly about: string };
}

const ROW_IMPORTS = [
  'import type { CoordinateFrame } from "../../data/geometry/frame.ts";',
  'import type { Target } from "../../data/questions/question.ts";',
];

/** Every file of types that is made from schemas. */
export const TYPES_FILES: readonly TypesFile[] = [
  {
    path: "pipeline/run_folder/metrics.ts",
    schemas: "metrics_schema.ts",
    about:
      "The metrics stream: a public format of one JSON object a line, told apart by " +
      "`type`.\n\n" +
      "`config` comes first and `done` last; between them come `step`, `evaluation` and " +
      "`alarm`. Figures that end in `_time`, and `seconds`, are wall-clock seconds and the " +
      "only ones that differ between two runs of the same seed on the same backend.",
    imports: [
      'import type { Protocol } from "../../stages/evaluate/protocol.ts";',
      'import type { Figures } from "../../stages/records.ts";',
      'import type { Settings } from "../settings/settings.ts";',
    ],
    types: {
      ConfigRecord: metrics.configSchema,
      StepRecord: metrics.stepSchema,
      EvaluationRecord: metrics.evaluationSchema,
      AlarmRecord: metrics.alarmSchema,
      DoneRecord: metrics.doneSchema,
    },
    union: { name: "MetricsRecord", about: "One line of metrics.jsonl." },
  },
  {
    path: "pipeline/run_folder/answers.ts",
    schemas: "answers_schema.ts",
    imports: ROW_IMPORTS,
    types: { AnswerRow: answerRowSchema },
  },
  {
    path: "pipeline/run_folder/completions.ts",
    schemas: "completions_schema.ts",
    imports: ROW_IMPORTS,
    types: { CompletionRow: completionRowSchema },
  },
  {
    path: "pipeline/run_folder/manifest.ts",
    schemas: "manifest_schema.ts",
    imports: [],
    types: { DataManifest: manifestSchema },
  },
  {
    path: "pipeline/experiment/results_file.ts",
    schemas: "results_schema.ts",
    imports: ['import type { ExperimentPlan } from "./plan.ts";'],
    types: {
      Spread: results.spreadSchema,
      MethodResult: results.methodSchema,
      ExperimentResults: results.resultsSchema,
    },
  },
];

/** The text of a file of types, formatted. */
export async function typesText(file: TypesFile): Promise<string> {
  const { schemas, about, imports, types, union } = file;
  const made =
    `// Made from ${schemas} by \`deno task formats\`: change the schema, not this file.`;
  const interfaces = Object.entries(types).map(([name, schema]) =>
    `${comment(v.getDescription(schema))}export interface ${name} ${bodyOf(schema)}`
  );
  const parts = [
    made,
    about === undefined ? "" : comment(`${about}\n\n@module`),
    imports.join("\n"),
    ...interfaces,
    union === undefined
      ? ""
      : `${comment(union.about)}export type ${union.name} = ${
        Object.keys(types).join(" | ")
      };`,
  ];
  return await formatted(parts.filter((part) => part !== "").join("\n\n"));
}

/** A schema of any kind, as it is looked into. */
interface Any extends v.GenericSchema {
  readonly entries: Readonly<Record<string, Any>>;
  readonly rest?: Any;
  readonly wrapped: Any;
  readonly item: Any;
  readonly value: Any;
  readonly literal: unknown;
  readonly options: readonly unknown[];
}

/** The fields of an object, in braces. */
function bodyOf(schema: v.GenericSchema): string {
  const { entries, rest } = schema as Any;
  const all = Object.entries(entries);
  const isOpen = rest !== undefined;
  // Beside an index signature TypeScript has no fields that may be missing.
  const fields = all.filter(([, field]) => !isOpen || field.type !== "optional");
  const loose = all.filter(([, field]) => isOpen && field.type === "optional");
  const lines = fields.map(([name, field]) => {
    const isOptional = field.type === "optional";
    const inner = isOptional ? field.wrapped : field;
    return `${comment(v.getDescription(inner))}readonly ${name}${
      isOptional ? "?" : ""
    }: ${typeOf(inner)};`;
  });
  if (isOpen) {
    const told = loose.map(([name, field]) =>
      `\`${name}\`: ${v.getDescription(field.wrapped)}`
    );
    const every = new Set([typeOf(rest), ...fields.map(([, field]) => typeOf(field))]);
    lines.push(
      `${comment(told.join("\n"))}readonly [figure: string]: ${[...every].join(" | ")};`,
    );
  }
  return `{\n${lines.join("\n")}\n}`;
}

/** What a schema's output is in TypeScript. */
function typeOf(given: v.GenericSchema): string {
  const schema = given as Any;
  const { type: named }: Readonly<Record<string, unknown>> = v.getMetadata(schema);
  if (typeof named === "string") return named;
  switch (schema.type) {
    case "string":
    case "number":
    case "boolean":
    case "unknown":
      return schema.type;
    case "literal":
      return JSON.stringify(schema.literal);
    case "picklist":
      return schema.options.map((one) => JSON.stringify(one))
        .join(" | ");
    case "array": {
      const item = typeOf(schema.item);
      return /[|&]/.test(item) && !item.startsWith("{")
        ? `readonly (${item})[]`
        : `readonly ${item}[]`;
    }
    case "record":
      return `Readonly<Record<string, ${typeOf(schema.value)}>>`;
    case "nullable": // null is read as NaN
      return typeOf(schema.wrapped);
    case "object":
    case "strict_object":
      return bodyOf(schema);
    default:
      throw new TypeError(`A schema of the kind "${schema.type}" has no type here yet`);
  }
}

/** A text as a documentation comment; nothing for no text. */
function comment(text = ""): string {
  if (text === "") return "";
  const lines = text.split("\n").flatMap(wrapped);
  return lines.length === 1
    ? `/** ${lines[0]} */\n`
    : `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */\n`;
}

function wrapped(line: string): string[] {
  const lines = [""];
  for (const word of line.split(" ")) {
    const last = lines.at(-1)!;
    if (last !== "" && last.length + word.length > 84) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}

async function formatted(text: string): Promise<string> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "ts", "-"],
    cwd: new URL("..", import.meta.url),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await process.output();
  if (!success) throw new Error(`deno fmt refuses what was made:\n${text}`);
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  for (const file of TYPES_FILES) {
    await Deno.writeTextFile(
      new URL(`../${file.path}`, import.meta.url),
      await typesText(file),
    );
  }
}
