import * as v from "npm:valibot@1.5.0";
import { checkJson } from "../../../data/files/check_json.ts";

/** The defaults of generation_config.json; what it does not name is absent. */
export interface GenerationConfig {
  /** Tokens that end a completion. */
  readonly eosTokenIds?: readonly number[];
  readonly padTokenId?: number;
  readonly doSample?: boolean;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly repetitionPenalty?: number;
}

const tokenId = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const schema = v.object({
  // Published models have at most 5.
  eos_token_id: v.nullish(
    v.union([tokenId, v.pipe(v.array(tokenId), v.maxLength(100))]),
  ),
  pad_token_id: v.nullish(tokenId),
  do_sample: v.nullish(v.boolean()),
  temperature: v.nullish(v.number()),
  top_p: v.nullish(v.number()),
  top_k: v.nullish(v.number()),
  repetition_penalty: v.nullish(v.number()),
});

/**
 * Reads generation_config.json.
 *
 * @param where The file's name, for messages.
 * @throws {SyntaxError} Names the file, the path in the JSON, and what was expected there.
 */
export function parseGenerationConfig(json: unknown, where: string): GenerationConfig {
  const g = checkJson(schema, json, where);
  return {
    eosTokenIds: g.eos_token_id == null ? undefined : [g.eos_token_id].flat(),
    padTokenId: g.pad_token_id ?? undefined,
    doSample: g.do_sample ?? undefined,
    temperature: g.temperature ?? undefined,
    topP: g.top_p ?? undefined,
    topK: g.top_k ?? undefined,
    repetitionPenalty: g.repetition_penalty ?? undefined,
  };
}
