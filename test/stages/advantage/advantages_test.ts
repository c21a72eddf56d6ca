import assert from "node:assert/strict";
import fc from "fast-check";
import {
  advantages,
  groupAdvantages,
  type Scale,
} from "../../../stages/advantage/advantages.ts";
import { standardDeviation } from "../../../data/statistics.ts";
import {
  hasReference,
  readFixture,
  REFERENCE,
  referenceTest,
} from "../../support/fixtures.ts";

interface Case {
  readonly name: string;
  readonly rewards_per_func: readonly (readonly (number | null)[])[];
  readonly reward_weights: readonly number[];
  readonly num_generations: number;
  readonly scale_rewards: Scale;
  readonly aggregation: "sum_then_normalize" | "normalize_then_sum";
  readonly expected: {
    readonly advantages: readonly number[];
    readonly std_rewards: readonly number[];
  };
}

const TABLE = "grpo/advantages.json";
const cases = hasReference(TABLE)
  ? readFixture<{ cases: Case[] }>(TABLE, REFERENCE).cases
  : [];

referenceTest("advantages() are compared with TRL's", [TABLE], () => {
  assert.ok(cases.some(({ aggregation }) => aggregation === "sum_then_normalize"));
});

/** The weighted sum of what the functions gave; NaN where none gave anything. */
function total(values: readonly (number | null)[], weights: readonly number[]): number {
  if (values.every((value) => value === null)) return NaN;
  return values.reduce((sum: number, value, i) => sum + (value ?? 0) * weights[i]!, 0);
}

for (const one of cases) {
  // normalize_then_sum is GDPO: not a form of this project.
  const ignore = one.aggregation === "normalize_then_sum";
  Deno.test({
    name: `advantages() equal TRL: ${one.name}`,
    ignore,
    fn: () => equalsTrl(one),
  });
}

function equalsTrl(one: Case): void {
  const rewards = one.rewards_per_func.map((row) => total(row, one.reward_weights));
  const groups: number[][] = [];
  for (let i = 0; i < rewards.length; i += one.num_generations) {
    groups.push(rewards.slice(i, i + one.num_generations));
  }
  const values = advantages(groups, one.scale_rewards).flat();
  assert.equal(values.length, one.expected.advantages.length);
  values.forEach((value, i) => {
    const wanted = one.expected.advantages[i]!;
    const limit = 1e-9 * Math.max(1, Math.abs(wanted));
    assert.ok(Math.abs(value - wanted) <= limit, `[${i}]: ${value}, not ${wanted}`);
  });
}

const rewards = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
  minLength: 2,
  maxLength: 16,
});
const scale = fc.constantFrom("group" as const, "none" as const);

function assertClose(
  actual: readonly number[],
  wanted: readonly number[],
  limit: number,
) {
  actual.forEach((value, i) =>
    assert.ok(Math.abs(value - wanted[i]!) <= limit, `${value}, not ${wanted[i]}`)
  );
}

Deno.test("groupAdvantages() have mean zero", () => {
  fc.assert(fc.property(rewards, scale, (rewards, scale) => {
    const sum = groupAdvantages(rewards, { scale }).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum) < 1e-9, `${sum}`);
  }));
});

Deno.test("groupAdvantages() do not change with a constant added to all rewards", () => {
  const shift = fc.double({ min: -10, max: 10, noNaN: true });
  fc.assert(fc.property(rewards, scale, shift, (rewards, scale, shift) => {
    const moved = groupAdvantages(rewards.map((r) => r + shift), { scale });
    // Up to the rounding of r + shift, at most 1e-14, over a divisor of at least 1e-4.
    assertClose(moved, groupAdvantages(rewards, { scale }), 1e-9);
  }));
});

Deno.test("groupAdvantages() of k times the rewards divide the 1e-4 by k, and nothing else", () => {
  const factor = fc.double({ min: 0.01, max: 100, noNaN: true });
  fc.assert(fc.property(rewards, factor, (rewards, k) => {
    const spread = standardDeviation(rewards);
    fc.pre(spread > 1e-6);
    const wanted = groupAdvantages(rewards)
      .map((a) => a * (spread + 1e-4) / (spread + 1e-4 / k));
    assertClose(groupAdvantages(rewards.map((r) => k * r)), wanted, 1e-8);
    // Which is scale invariance where the spread is far from 1e-4.
    if (spread > 0.1 && k > 0.1) {
      assertClose(
        groupAdvantages(rewards.map((r) => k * r)),
        groupAdvantages(rewards),
        0.05,
      );
    }
  }));
});

Deno.test("groupAdvantages() are exactly zero where all rewards are equal", () => {
  const reward = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(fc.property(reward, fc.integer({ min: 1, max: 16 }), (reward, size) => {
    const values = groupAdvantages(new Array(size).fill(reward));
    assert.ok(values.every((value) => value === 0), `${values}`);
  }));
});

Deno.test("groupAdvantages() order completions as their rewards do", () => {
  fc.assert(fc.property(rewards, scale, (rewards, scale) => {
    const values = groupAdvantages(rewards, { scale });
    rewards.forEach((a, i) =>
      rewards.forEach((b, j) => assert.ok(!(a > b) || values[i]! >= values[j]!))
    );
  }));
});

Deno.test("groupAdvantages() of two rewards, by hand", () => {
  // Mean 2, unbiased deviation √2.
  const [low, high] = groupAdvantages([1, 3]);
  assert.equal(high, 1 / (Math.SQRT2 + 1e-4));
  assert.equal(low, -1 / (Math.SQRT2 + 1e-4));
});
