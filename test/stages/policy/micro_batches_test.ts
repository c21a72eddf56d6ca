import assert from "node:assert/strict";
import fc from "fast-check";
import type { Question } from "../../../data/questions/question.ts";
import { startBackend } from "../../../stages/engine/backend.ts";
import { inParts, PARTS } from "../../../stages/policy/micro_batches.ts";

await startBackend("wasm");

/** Sequences of questions with these numbers of completions, each with a token of its own. */
function sequences(counts: readonly number[]) {
  let token = 0;
  return counts.flatMap((count, i) => {
    const question = { id: `${i}` } as Question;
    return Array.from({ length: count }, () => ({ question, tokenIds: [token++] }));
  });
}

const counts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 });

Deno.test("an update of 16 questions with 8 completions each has 8 parts of two questions", () => {
  const parts = inParts(sequences(Array(16).fill(8)), PARTS);
  assert.deepEqual(parts.map(({ sequences }) => sequences.length), Array(8).fill(16));
  assert.deepEqual(parts.map(({ first }) => first), [0, 16, 32, 48, 64, 80, 96, 112]);
});

Deno.test("questions with one completion each are divided too", () => {
  const parts = inParts(sequences(Array(10).fill(1)), 4);
  assert.deepEqual(parts.map(({ sequences }) => sequences.length), [3, 2, 3, 2]);
});

Deno.test("parts hold all sequences in order, at most as many parts as asked, and cut no question", () => {
  fc.assert(fc.property(counts, fc.integer({ min: 1, max: 8 }), (counts, most) => {
    const all = sequences(counts), parts = inParts(all, most);
    assert.deepEqual(parts.flatMap(({ sequences }) => sequences), all);
    assert.ok(parts.length <= most);
    const ids = parts.flatMap(({ sequences }) => [
      ...new Set(sequences.map(({ question }) => question.id)),
    ]);
    assert.equal(new Set(ids).size, ids.length);
    for (const { first, sequences } of parts) assert.equal(all[first], sequences[0]);
  }));
});
