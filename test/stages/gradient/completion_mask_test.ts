import assert from "node:assert/strict";
import { completionMask } from "../../../stages/gradient/completion_mask.ts";
import { readFixture, REFERENCE, referenceTest } from "../../support/fixtures.ts";

interface Case {
  readonly name: string;
  readonly eos_token_id: number;
  readonly completion_ids: number[][];
  readonly completion_mask: number[][];
}

const MASKS = "grpo/masks.json";

referenceTest("completionMask() equals the official trainer's", [MASKS], () => {
  const { cases } = readFixture<{ cases: Case[] }>(MASKS, REFERENCE);
  assert.ok(cases.length > 0);
  for (const { name, eos_token_id, completion_ids, completion_mask } of cases) {
    completion_ids.forEach((ids, i) => {
      const mask = completionMask(ids, [eos_token_id]).map(Number);
      assert.deepEqual(mask, completion_mask[i], `${name}[${i}]`);
    });
  }
});

Deno.test("completionMask() ends at whichever end token comes first", () => {
  assert.deepEqual(completionMask([1, 9, 8, 1], [8, 9]), [true, true, false, false]);
  assert.deepEqual(completionMask([], [8]), []);
  assert.deepEqual(completionMask([1, 2], []), [true, true]);
});
