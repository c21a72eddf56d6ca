import { join } from "node:path";
import * as v from "npm:valibot@1.5.0";
import { canonicalHash } from "../../data/files/canonical_json.ts";
import { LARGE_JSON, readJsonIfThere } from "../../data/files/read_json.ts";
import { writeFile } from "../../data/files/write_file.ts";
import type { QuestionSource } from "../../data/questions/question.ts";
import type { EvaluateOptions } from "../../stages/evaluate/evaluate.ts";
import type { Figures } from "../../stages/records.ts";
import type { AnswerRow } from "../run_folder/answers.ts";
import { answerRowSchema } from "../run_folder/answers_schema.ts";
import { figures } from "../run_folder/fields.ts";
import { settingRows, type Settings } from "../settings/settings.ts";

/** What an evaluation came to. */
export interface EvaluationResult {
  /** Of all answers. */
  readonly figures: Figures;
  /** The answers, in the order of the questions. */
  readonly answers: readonly AnswerRow[];
}

/** All that decides what an untrained model answers, and what the answers are worth. */
export interface EvaluationOrigin {
  /** Of this program. */
  readonly version: string;
  /** What computes, as the run's first record says it. */
  readonly engine: string;
  /** SHA-256 of the model. */
  readonly model: string;
  /** Of them those about the model count. */
  readonly settings: Settings;
  /** Without rewards and kinds of the caller's own, which have no name that says what they do. */
  readonly options: EvaluateOptions;
  /** Of the questions. */
  readonly manifest: QuestionSource["manifest"];
}

/** Largest file that is read, in bytes. */
const LIMIT = 2 ** 28;

const resultSchema = v.object({ figures, answers: v.array(answerRowSchema) });

/**
 * The file of an evaluation, by the hash of its origin: two evaluations with one file have the same
 * answers.
 *
 * @param folder Of the setting `evalCache`.
 */
export function keptPlace(folder: string, origin: EvaluationOrigin): string {
  const { settings, manifest, options, ...rest } = origin;
  const model = settingRows()
    .filter(([name, { group, ofProcess }]) =>
      group === "model" && !ofProcess || name === "minPixels" || name === "maxPixels"
    )
    .map(([name]) => [name, settings[name] ?? null]);
  const own = Object.entries(options).filter(([, value]) => value !== undefined);
  const key = {
    ...rest,
    settings: Object.fromEntries(model),
    options: Object.fromEntries(own),
    questions: identity(manifest),
  };
  return join(folder, `${canonicalHash(key)}.json`);
}

/** What was kept; `undefined` if there is nothing, or it cannot be used. */
export async function readKept(path: string): Promise<EvaluationResult | undefined> {
  try {
    const json = await readJsonIfThere(path, { ...LARGE_JSON, limit: LIMIT });
    const { success, output } = v.safeParse(resultSchema, json);
    return success ? output as EvaluationResult : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * Keeps what an evaluation came to; a file that is there is replaced. Several processes may keep
 * the same one at a time.
 */
export async function keep(path: string, result: EvaluationResult): Promise<void> {
  const own = `${path}.${crypto.randomUUID().slice(0, 8)}`;
  await writeFile(own, JSON.stringify(result) + "\n");
  await Deno.rename(own, path);
}

/**
 * The held-out questions of the embedded images do not depend on the number of training images,
 * which their specification has as well.
 */
function identity(manifest: QuestionSource["manifest"]) {
  const { spec: _, shots: __, ...rest } = manifest;
  return manifest.source === "emoji" ? rest : manifest;
}
