import assert from "node:assert/strict";
import type { PromptTokens } from "../../../../stages/model/prompt_tokens.ts";
import {
  fromShared,
  sharedCopy,
  toShared,
} from "../../../../stages/policy/workers/shared_prompt.ts";

Deno.test("a prompt comes out of shared memory as it went in", () => {
  const prompt: PromptTokens = {
    tokenIds: [3, 4, 5],
    images: [
      { grid: [1, 2, 2], pixelValues: Float32Array.of(0.5, -1.25) },
      { grid: [1, 2, 4], pixelValues: Float32Array.of(7) },
    ],
    positions: Int32Array.of(0, 1, 2 ** 30 + 1),
    nextPosition: 9,
  };
  const sent = structuredClone(toShared(prompt));
  assert.ok(sent.images[0]!.pixelValues instanceof SharedArrayBuffer);
  assert.deepEqual(fromShared(sent), prompt);
});

Deno.test("a part of an array is copied alone", () => {
  const part = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  assert.deepEqual([...new Float32Array(sharedCopy(part))], [2, 3]);
});
