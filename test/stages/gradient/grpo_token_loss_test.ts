import assert from "node:assert/strict";
import { grpoLoss, LOSS_TYPES } from "../../../stages/gradient/grpo_loss.ts";
import {
  batchSize,
  grpoMetrics,
  grpoTokenLoss,
} from "../../../stages/gradient/grpo_token_loss.ts";
import { groupOf } from "../../support/scored.ts";

const groups = [
  groupOf("a", [["xy", 1], ["xyz", -1]]),
  groupOf("b", [["x", 0.5], ["wxyz", -0.5]]),
];
const advantages = [1, -1, 0.5, -0.5];
const logProbs = [[-1, -2], [-0.5, -1, -2], [-3], [-1, -1, -2, -0.1]];
const referenceLogProbs = logProbs.map((row) => row.map((l) => l - 0.3));
const oldLogProbs = logProbs.map((row) => row.map((l, t) => l + (t % 2 ? 0.5 : -0.4)));
const statistics = logProbs.map((row, i) => ({
  logProbs: row,
  entropies: row.map(() => 1),
  referenceLogProbs: referenceLogProbs[i]!,
}));

for (const lossType of LOSS_TYPES) {
  Deno.test(`grpoTokenLoss() of micro-batches adds up to grpoLoss() of all: ${lossType}`, () => {
    const options = { lossType, beta: 0.1, maxCompletionLength: 8 };
    const whole = grpoLoss(
      { logProbs, oldLogProbs, referenceLogProbs, advantages },
      options,
    );
    const loss = grpoTokenLoss(groups, { ...options, oldLogProbs });
    // The cut lies within the second group.
    const parts = [loss(statistics.slice(0, 3), 0), loss(statistics.slice(3), 3)];
    const sum = parts.reduce((sum, part) => sum + part.loss, 0);
    assert.ok(Math.abs(sum - whole.loss) < 1e-12);
    assert.deepEqual(parts.flatMap(({ gradients }) => gradients), whole.gradients);
    assert.deepEqual(
      grpoMetrics(groups, statistics, { ...options, oldLogProbs }),
      whole.metrics,
    );
  });
}

Deno.test("grpoTokenLoss() needs the reference only where beta asks for it", () => {
  const bare = statistics.map(({ logProbs, entropies }) => ({ logProbs, entropies }));
  const without = { lossType: "grpo", beta: 0 } as const;
  assert.equal(grpoTokenLoss(groups, without)(bare, 0).loss, 0);
  assert.equal(grpoMetrics(groups, bare, without).kl, undefined);
  assert.throws(
    () => grpoTokenLoss(groups, { lossType: "grpo", beta: 0.1 })(bare, 0),
    /RangeError: beta is 0.1/,
  );
});

Deno.test("grpoTokenLoss() leaves out what the length limit cut off, if asked to", () => {
  const cut = [{
    ...groups[0]!,
    completions: groups[0]!.completions.map((completion, i) => ({
      ...completion,
      finish: i === 1 ? "length" as const : "stop" as const,
    })),
  }];
  const options = { lossType: "dapo", beta: 0 } as const;
  const two = statistics.slice(0, 2);
  const all = grpoTokenLoss(cut, options)(two, 0).gradients;
  assert.deepEqual(all, [[-0.2, -0.2], [0.2, 0.2, 0.2]]);
  const kept = grpoTokenLoss(cut, { ...options, maskTruncated: true })(two, 0).gradients;
  assert.deepEqual(kept, [[-0.5, -0.5], [0, 0, 0]]);
  assert.deepEqual(batchSize(cut, { maskTruncated: true }), {
    completions: 2,
    tokens: 2,
  });
});

Deno.test("grpoTokenLoss() of some groups can be averaged over all", () => {
  const options = { lossType: "grpo", beta: 0 } as const;
  const some = grpoTokenLoss([groups[0]!], { ...options, batch: batchSize(groups) });
  const whole = grpoTokenLoss(groups, options)(statistics, 0);
  assert.deepEqual(
    some(statistics.slice(0, 2), 0).gradients,
    whole.gradients.slice(0, 2),
  );
});

Deno.test("grpoTokenLoss() names statistics without completions", () => {
  const loss = grpoTokenLoss([groups[0]!], { lossType: "grpo", beta: 0 });
  assert.throws(
    () => loss(statistics, 0),
    /RangeError: Statistics of sequences up to 4 came, but the groups have 2 completions/,
  );
});
