import type { Grid } from "../../stages/model/qwen2_vl/mrope.ts";
import type { Message } from "../../stages/model/chat/chat.ts";
import { fixture } from "./fixtures.ts";

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

/** Names of the cases that the fixtures' folder holds. */
export function caseNames(): string[] {
  const others = ["gradients", "lora", "processing", "tokenizer_cases"];
  return [...Deno.readDirSync(fixture("qwen2_vl/expected"))]
    .flatMap(({ name }) => name.endsWith(".json") ? [name.slice(0, -".json".length)] : [])
    .filter((name) => !others.includes(name))
    .sort();
}
