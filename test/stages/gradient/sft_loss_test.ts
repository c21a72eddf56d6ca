import assert from "node:assert/strict";
import { sftTokenLoss } from "../../../stages/gradient/sft_loss.ts";

const sequence = (...logProbs: number[]) => ({
  logProbs,
  entropies: logProbs.map(() => 0),
});

Deno.test("sftTokenLoss() is the mean over tokens, not over sequences", () => {
  const { loss, gradients } = sftTokenLoss(4)([sequence(-1), sequence(-2, -3, -6)], 0);
  assert.equal(loss, 3);
  assert.deepEqual(gradients, [[-0.25], [-0.25, -0.25, -0.25]]);
});

Deno.test("sftTokenLoss() of the parts adds up to that of the whole", () => {
  const loss = sftTokenLoss(4);
  const parts = loss([sequence(-1)], 0).loss + loss([sequence(-2, -3, -6)], 1).loss;
  assert.equal(parts, 3);
});

Deno.test("sftTokenLoss() of no tokens is 0", () => {
  assert.equal(Math.abs(sftTokenLoss(0)([sequence()], 0).loss), 0);
});
