import type { Grid } from "../../stages/model/qwen2_vl/mrope.ts";
import type { Message } from "../../stages/model/chat/chat.ts";
import { fixture, hasReference, readFixture, REFERENCE } from "./fixtures.ts";

/** One row of a case of qwen2_vl/expected. */
export interface ReferenceRow {
  readonly case: string;
  readonly image_names: readonly string[];
  readonly messages: readonly Message[];
  readonly completion: string;
  readonly chat_text: string;
  readonly expanded_text: string;
  readonly prompt_ids: readonly number[];
  readonly completion_ids: readonly number[];
  readonly image_grid_thw: readonly Grid[] | null;
}

/** A case of qwen2_vl/expected: inputs of a batch and the values of each model. */
export interface ReferenceCase {
  readonly rows: readonly ReferenceRow[];
  readonly prompt_len: number;
  readonly completion_len: number;
  readonly input_ids: readonly (readonly number[])[];
  readonly attention_mask: readonly (readonly number[])[];
  /** [3][rows][tokens]. */
  readonly position_ids: readonly (readonly (readonly number[])[])[];
  readonly rope_deltas: readonly (number | readonly number[])[];
  readonly values: Readonly<Record<string, unknown>>;
}

/** The cases of qwen2_vl in the set to compare with whose conversations are stated, by name. */
export function referenceCases(): [name: string, one: ReferenceCase][] {
  const folder = "qwen2_vl/expected";
  if (!hasReference(folder)) return [];
  return [...Deno.readDirSync(fixture(folder, REFERENCE))]
    .flatMap(({ name }) => name.endsWith(".json") ? [name.slice(0, -".json".length)] : [])
    .sort()
    .map((name): [string, ReferenceCase] => [
      name,
      readFixture(`${folder}/${name}.json`, REFERENCE),
    ])
    .filter(([, { rows }]) => rows?.every(({ messages }) => messages !== undefined));
}
