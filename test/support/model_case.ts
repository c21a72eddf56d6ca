/**
 * Cases of the reference values (`FAMILY/expected/CASE.json`), ready to be run.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { FAMILIES } from "../../stages/model/families.ts";
import type { Grid } from "../../stages/model/qwen2_vl/mrope.ts";
import { mropePositions } from "../../stages/model/qwen2_vl/mrope.ts";
import type { PromptTokens } from "../../stages/model/prompt_tokens.ts";
import type { ModelType, Qwen2VlConfig } from "../../stages/model/qwen2_vl/config.ts";
import { packRows } from "./packed_rows.ts";
import type { Packed } from "../../stages/model/qwen2_vl/text.ts";
import { openCheckpoint } from "../../stages/model/safetensors/checkpoint.ts";
import { openSafetensors } from "../../stages/model/safetensors/open.ts";
import {
  fixture,
  fixturePath,
  type FixtureSet,
  hasReference,
  OWN,
  readFixture,
  REFERENCE,
  referenceFolders,
  referenceTest,
} from "./fixtures.ts";

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
  readonly set: FixtureSet;
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

/** Families of which the set to compare with has values. */
export function referenceFamilies(): ModelType[] {
  return (Object.keys(FAMILIES) as ModelType[])
    .filter((family) => hasReference(`${family}/expected`));
}

/** Checkpoint folders of these families in the set to compare with. */
export function referenceModels(
  families: readonly ModelType[] = Object.keys(FAMILIES) as ModelType[],
): string[] {
  return families.flatMap((family) =>
    referenceFolders(family).map((name) => `${family}/${name}`)
      .filter((folder) => hasReference(`${folder}/config.json`))
  );
}

/** Every case of a family. */
export function modelCases(
  family: ModelType = "qwen2_vl",
  set: FixtureSet = OWN,
): ModelCase[] {
  const folder = fixture(`${family}/expected/`, set);
  return [...Deno.readDirSync(folder)]
    .filter(({ name }) => name.endsWith(".json"))
    .map(({ name }) => ({
      set,
      family,
      name: name.replace(".json", ""),
      ...JSON.parse(Deno.readTextFileSync(new URL(name, folder))),
    }))
    .filter((json) => Array.isArray(json.input_ids) && json.prompt_len !== undefined)
    .toSorted((a, b) => a.name < b.name ? -1 : 1);
}

/** A case of the project's own set. */
export function ownCase(name: string): ModelCase {
  return modelCases().find((one) => one.name === name)!;
}

/** Checkpoint folders with the weights of a model that a case names. */
function foldersOf(model: string): string[] {
  if (model === "bf16_weights_fp32_compute") return ["tiny-untied-bf16"];
  const again = `tiny-${model}-newnames-sharded`; // Qwen2.5-VL's second form
  return [`tiny-${model}`, again];
}

/**
 * Each case of each family on each checkpoint that has values for it, and the files it takes. A
 * family without a case is ignored by name.
 */
export function comparisons() {
  for (const family of Object.keys(FAMILIES) as ModelType[]) {
    const has = referenceFamilies().includes(family) &&
      modelCases(family, REFERENCE).length > 0;
    if (has) continue;
    const missing = `${family}/expected/CASE.json`;
    referenceTest(
      `a case of ${family} is compared`,
      [missing],
      () => assert.fail(missing),
    );
  }
  return referenceFamilies().flatMap((family) =>
    modelCases(family, REFERENCE).flatMap((example) =>
      Object.entries(example.values).flatMap(([model, expected]) =>
        foldersOf(model)
          .filter((name, i) => i === 0 || hasReference(`${family}/${name}`))
          .map((name) => {
            const folder = `${family}/${name}`;
            const files = [`${folder}/config.json`, ...filesOf(example)];
            return { example, expected, folder, files };
          })
      )
    )
  );
}

/** Files that the inputs of a case lie in. */
export function filesOf({ family, name, rows }: ModelCase): string[] {
  const pictures = rows.some(({ image_names }) => image_names.length > 0)
    ? [`${family}/expected/pixel_values.safetensors`]
    : [];
  return [`${family}/expected/${name}.json`, ...pictures];
}

/** A checkpoint folder's config; `folder` is a path in the set. */
export function configOf(folder: string, set: FixtureSet = OWN): Qwen2VlConfig {
  const json = readFixture<{ model_type: ModelType }>(`${folder}/config.json`, set);
  return FAMILIES[json.model_type].parseConfig(json, folder);
}

/** A checkpoint folder as tensors; the caller disposes of them. */
export async function loadWeights(
  folder: string,
  set: FixtureSet = OWN,
): Promise<Map<string, tf.Tensor>> {
  const checkpoint = await openCheckpoint(fixturePath(folder, set));
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
  { rows, family, set }: ModelCase,
): Promise<tf.Tensor2D | undefined> {
  const names = rows.flatMap((row) => row.image_names);
  if (names.length === 0) return undefined;
  const file = await openSafetensors(
    fixturePath(`${family}/expected/pixel_values.safetensors`, set),
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

/** The batch's rows without their padding, each by itself. */
export function packCase(example: ModelCase, config: Qwen2VlConfig): Packed {
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
      return { tokenIds: ids, positions };
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
  const path = fixturePath(
    `${example.family}/expected/pixel_values.safetensors`,
    example.set,
  );
  const hasPictures = example.rows.some(({ image_names }) => image_names.length > 0);
  const file = hasPictures ? await openSafetensors(path) : undefined;
  const rows = [];
  for (const [row, { image_names }] of example.rows.entries()) {
    const own = grids.splice(0, image_names.length);
    const images = [];
    for (const [i, name] of image_names.entries()) {
      images.push({ pixelValues: await file!.read(name), grid: own[i]! });
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
  file?.close();
  return rows;
}
