import assert from "node:assert/strict";
import { grpoLoss, LOSS_TYPES } from "../../../stages/gradient/grpo_loss.ts";
import { grpoMetrics } from "../../../stages/gradient/grpo_metrics.ts";
import { batchSize, grpoTokenLoss } from "../../../stages/gradient/grpo_token_loss.ts";
import { readFixture } from "../../support/fixtures.ts";
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
      grpoMetrics(parts.flatMap(({ metrics = [] }) => metrics)),
      grpoMetrics(whole.metrics),
    );
  });
}

Deno.test("grpoTokenLoss() needs the reference only where beta asks for it", () => {
  const bare = statistics.map(({ logProbs, entropies }) => ({ logProbs, entropies }));
  const without = { lossType: "grpo", beta: 0 } as const;
  const { loss, metrics = [] } = grpoTokenLoss(groups, without)(bare, 0);
  assert.equal(loss, 0);
  assert.equal(grpoMetrics(metrics).kl, undefined);
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

interface MaskCase {
  readonly name: string;
  readonly eos_token_id: number;
  readonly pad_token_id: number;
  readonly completion_ids: number[][];
  readonly completion_mask: number[][];
  readonly completion_mask_with_mask_truncated_completions: number[][];
}

Deno.test("grpoTokenLoss() takes the tokens that the official trainer's mask keeps", () => {
  const { cases } = readFixture<{ cases: MaskCase[] }>("grpo/masks.json");
  assert.ok(cases.length > 0);
  for (const one of cases) {
    // A policy stops at the first end token; the trainer masks what stands behind it. The
    // published models end with the padding token too, and TRL takes it for an end.
    const completions = one.completion_ids.map((ids, i) => {
      const end = ids.indexOf(one.eos_token_id);
      return {
        ...groupOf("a", [["", 1]]).completions[0]!,
        index: i,
        tokenIds: end < 0 ? ids : ids.slice(0, end + 1),
        finish: end < 0 && ids.at(-1) !== one.pad_token_id
          ? "length" as const
          : "stop" as const,
      };
    });
    const group = { ...groupOf("a", []), completions };
    const statistics = completions.map(({ tokenIds }) => ({
      logProbs: tokenIds.map(() => -1),
      entropies: tokenIds.map(() => 0),
    }));
    const maskOf = (maskTruncated: boolean) =>
      grpoTokenLoss([group], { lossType: "grpo", beta: 0, maskTruncated })(statistics, 0)
        .gradients.map((row, i) =>
          one.completion_ids[i]!.map((_, t) => (row[t] ?? 0) === 0 ? 0 : 1)
        );
    assert.deepEqual(maskOf(false), one.completion_mask, one.name);
    assert.deepEqual(
      maskOf(true),
      one.completion_mask_with_mask_truncated_completions,
      one.name,
    );
  }
});

Deno.test("grpoTokenLoss() names statistics without completions", () => {
  const loss = grpoTokenLoss([groups[0]!], { lossType: "grpo", beta: 0 });
  assert.throws(
    () => loss(statistics, 0),
    /RangeError: Statistics of sequences up to 4 came, but the groups have 2 completions/,
  );
});
