/**
 * One case of the reference fixtures (`fixtures/FAMILY/expected/CASE.json`), ready to be run.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { FAMILIES } from "../../stages/model/families.ts";
import type { Grid } from "../../stages/model/qwen2_vl/mrope.ts";
import { mropePositions } from "../../stages/model/qwen2_vl/mrope.ts";
import type { PromptTokens } from "../../stages/model/prompt_tokens.ts";
import type { ModelType, Qwen2VlConfig } from "../../stages/model/qwen2_vl/config.ts";
import { type PackedRows, packRows } from "../../stages/model/qwen2_vl/pack.ts";
import { openCheckpoint } from "../../stages/model/safetensors/checkpoint.ts";
import { openSafetensors } from "../../stages/model/safetensors/open.ts";
import { fixture, readFixture } from "./fixtures.ts";

/** What a model makes of a case, as the reference computed it. */
export interface ExpectedValues {
  readonly tensors: string;
  readonly completion_logprobs: readonly (readonly (number | null)[])[];
  readonly completion_entropies: readonly (readonly (number | null)[])[];
  readonly mean_nll: number;
  readonly greedy_12: readonly (readonly number[])[];
}

/** A batch of rows, padded on the left of the prompt and the right of the completion. */
export interface ModelCase {
  readonly family: ModelType;
  readonly name: string;
  readonly rows: readonly { readonly image_names: readonly string[] }[];
  readonly prompt_len: number;
  readonly completion_len: number;
  readonly input_ids: readonly (readonly number[])[];
  readonly attention_mask: readonly (readonly number[])[];
  readonly image_grid_thw: readonly Grid[];
  readonly values: Readonly<Record<string, ExpectedValues>>;
}

/** Families whose reference values the fixtures' folder holds. */
export function modelFamilies(): ModelType[] {
  return (Object.keys(FAMILIES) as ModelType[]).filter((family) => {
    try {
      return Deno.statSync(fixture(`${family}/expected`)).isDirectory;
    } catch {
      return false;
    }
  });
}

/** Every case in the fixtures' folder of a family. */
export function modelCases(family: ModelType = "qwen2_vl"): ModelCase[] {
  const folder = fixture(`${family}/expected/`);
  return [...Deno.readDirSync(folder)]
    .filter(({ name }) => name.endsWith(".json"))
    .map(({ name }) => ({
      family,
      name: name.replace(".json", ""),
      ...JSON.parse(Deno.readTextFileSync(new URL(name, folder))),
    }))
    .filter((json) => Array.isArray(json.input_ids) && json.prompt_len !== undefined)
    .toSorted((a, b) => a.name < b.name ? -1 : 1);
}

/** Checkpoint folders of the models that the cases name: the same weights, or one of them. */
const FOLDERS: Readonly<Record<ModelType, Readonly<Record<string, readonly string[]>>>> =
  {
    qwen2_vl: {
      untied: ["tiny-untied"],
      tied: ["tiny-tied"],
      bf16_weights_fp32_compute: ["tiny-untied-bf16"],
    },
    qwen2_5_vl: { untied: ["tiny-untied", "tiny-untied-newnames-sharded"] },
  };

/** Each case of each family on each checkpoint that has values for it. */
export function comparisons() {
  return modelFamilies().flatMap((family) =>
    modelCases(family).flatMap((example) =>
      Object.entries(example.values).flatMap(([model, expected]) =>
        (FOLDERS[family][model] ?? []).map((name) => ({
          example,
          expected,
          folder: `${family}/${name}`,
        }))
      )
    )
  );
}

/** A checkpoint folder's config; `folder` is a path in the fixtures. */
export function configOf(folder: string): Qwen2VlConfig {
  const json = readFixture<{ model_type: ModelType }>(`${folder}/config.json`);
  return FAMILIES[json.model_type].parseConfig(json, folder);
}

/** A checkpoint folder as tensors; the caller disposes of them. */
export async function loadWeights(folder: string): Promise<Map<string, tf.Tensor>> {
  const checkpoint = await openCheckpoint(fixture(folder).pathname);
  const weights = new Map<string, tf.Tensor>();
  for (const name of checkpoint.names) {
    weights.set(
      name,
      tf.tensor(await checkpoint.read(name), [...checkpoint.shape(name)], "float32"),
    );
  }
  checkpoint.close();
  return weights;
}

/** Indices of a row's real tokens in the padded batch. */
export function realTokens(row: readonly number[]): number[] {
  return row.flatMap((seen, i) => seen === 1 ? [i] : []);
}

/** Pictures of the whole batch, one after another: [patches, dim]. */
export async function pixelValues(
  { rows, family }: ModelCase,
): Promise<tf.Tensor2D | undefined> {
  const names = rows.flatMap((row) => row.image_names);
  if (names.length === 0) return undefined;
  const file = await openSafetensors(
    fixture(`${family}/expected/pixel_values.safetensors`).pathname,
  );
  const parts: tf.Tensor2D[] = [];
  for (const name of names) {
    const [patches, dim] = file.tensors.get(name)!.shape;
    parts.push(tf.tensor2d(await file.read(name), [patches!, dim!]));
  }
  file.close();
  const all = tf.concat(parts);
  tf.dispose(parts);
  return all;
}

/** The batch's rows without their padding, each as one prefix. */
export function packCase(example: ModelCase, config: Qwen2VlConfig): PackedRows {
  const grids = [...example.image_grid_thw];
  return packRows(
    example.rows.map(({ image_names }, row) => {
      const ids = realTokens(example.attention_mask[row]!)
        .map((i) => example.input_ids[row]![i]!);
      const { positions } = mropePositions(
        ids,
        grids.splice(0, image_names.length),
        config,
      );
      return { prefix: { tokenIds: ids, positions }, blocks: [] };
    }),
    config.tokens.image,
  );
}

/** The batch's prompts and completions without their padding, as a policy takes them. */
export async function caseRows(
  example: ModelCase,
  config: Qwen2VlConfig,
): Promise<{ prompt: PromptTokens; completions: number[][] }[]> {
  const grids = [...example.image_grid_thw];
  const file = await openSafetensors(
    fixture(`${example.family}/expected/pixel_values.safetensors`).pathname,
  );
  const rows = [];
  for (const [row, { image_names }] of example.rows.entries()) {
    const own = grids.splice(0, image_names.length);
    const images = [];
    for (const [i, name] of image_names.entries()) {
      images.push({ pixelValues: await file.read(name), grid: own[i]! });
    }
    const ids = example.input_ids[row]!, real = realTokens(example.attention_mask[row]!);
    const part = (completion: boolean) =>
      real.filter((i) => (i >= example.prompt_len) === completion).map((i) => ids[i]!);
    const tokenIds = part(false);
    const { positions, delta } = mropePositions(tokenIds, own, config);
    rows.push({
      prompt: { tokenIds, images, positions, nextPosition: tokenIds.length + delta },
      completions: [part(true)],
    });
  }
  file.close();
  return rows;
}
