import assert from "node:assert/strict";
import { EMPTY, from, lastValueFrom, toArray } from "rxjs";
import { updatePolicy } from "../../../stages/gradient/update_policy.ts";
import type { Policy, TokenStatistics } from "../../../stages/policy/policy.ts";
import type { Advantaged, Group } from "../../../stages/records.ts";

function completion(
  id: string,
  index: number,
  reward: number,
  advantage: number,
  tokens: number,
): Advantaged {
  const text = "";
  return {
    id: `1/${id}/${index}`,
    step: 1,
    question: question(id),
    index,
    text,
    tokenIds: Array(tokens).fill(7),
    logProbs: Array(tokens).fill(-1),
    finish: tokens > 2 ? "length" : "stop",
    policyVersion: 0,
    answer: {
      ...{ text, wellFormed: false, answerAlone: false },
      ...{ detections: [], noObjects: false },
    },
    rewards: { accuracy: reward },
    reward,
    advantage,
  };
}

function question(id: string): Group["question"] {
  return {
    id,
    images: [],
    prompt: "",
    target: { kind: "classification", label: "cat" },
  };
}

const groups: Group[] = [
  {
    question: question("a"),
    completions: [completion("a", 0, 1, 0.5, 1), completion("a", 1, 0, -0.5, 3)],
    rewardMean: 0.5,
    rewardStd: Math.SQRT1_2,
  },
  {
    question: question("b"),
    completions: [completion("b", 0, 1, 0, 2), completion("b", 1, 1, 0, 2)],
    rewardMean: 1,
    rewardStd: 0,
  },
];

const options = {
  step: 4,
  learningRate: 0.5,
  temperature: 1,
  lossType: "grpo",
  beta: 0,
} as const;

/** A learner whose log-probabilities rise by .1 with every update; keeps what it was asked. */
function learner() {
  const calls: { ids: string[]; gradients: readonly (readonly number[])[] }[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  const update: Policy["update"] = (sequences, loss, { reference }, signal) => {
    signal?.throwIfAborted();
    signals.push(signal);
    const statistics = sequences.map(({ tokenIds }): TokenStatistics => ({
      logProbs: tokenIds.map(() => -1 + 0.1 * calls.length),
      entropies: tokenIds.map(() => 0.5),
      referenceLogProbs: reference ? tokenIds.map(() => -1) : undefined,
    }));
    const { loss: value, gradients, metrics = [] } = loss(statistics, 0);
    calls.push({ ids: sequences.map(({ question }) => question.id), gradients });
    return Promise.resolve({
      loss: value,
      gradNorm: calls.length,
      entropy: 0.5,
      statistics,
      metrics,
      numTokens: 10,
    });
  };
  return { calls, signals, update };
}

Deno.test("updatePolicy() makes one update of what has a gradient and tells TRL's figures", async () => {
  const policy = learner();
  const all = await lastValueFrom(
    from(groups).pipe(updatePolicy(policy, options), toArray()),
  );
  assert.deepEqual(policy.calls.map(({ ids }) => ids), [["a", "a"]]);
  assert.equal(all.length, 1);
  const figures = all[0]!;
  const expected = {
    step: 4,
    reward: 0.75,
    reward_std: Math.SQRT1_2 / 2,
    frac_reward_zero_std: 0.5,
    "rewards/accuracy/mean": 0.75,
    "rewards/accuracy/std": 0.5, // of 1, 0, 1, 1: √(.75 / 3)
    "completions/mean_length": 2,
    "completions/min_length": 1,
    "completions/max_length": 3,
    "completions/clipped_ratio": 0.25,
    entropy: 0.5,
    grad_norm: 1,
    learning_rate: 0.5,
    num_tokens: 10,
    loss: 0, // advantages of .5 and −.5 at ratio 1
  };
  for (const [name, value] of Object.entries(expected)) {
    assert.ok(Math.abs(figures[name]! - value) < 1e-12, `${name}: ${figures[name]}`);
  }
  assert.ok(!("kl" in figures), "without beta there is no reference");
});

Deno.test("updatePolicy() tells the divergence where beta asks for a reference", async () => {
  const policy = learner();
  const figures = await lastValueFrom(
    from(groups).pipe(updatePolicy(policy, { ...options, beta: 0.1 })),
  );
  assert.equal(figures.kl, 0);
  assert.deepEqual(policy.calls.map(({ ids }) => ids), [["a", "a", "b", "b"]]);
});

Deno.test("updatePolicy() measures later updates against the first pass", async () => {
  const policy = learner();
  const figures = await lastValueFrom(
    from(groups).pipe(updatePolicy(policy, { ...options, numIterations: 3 })),
  );
  // The ratio is 1, e^.1, e^.2; the last is above 1.2 and clipped where the advantage is
  // positive. grpo: a gradient is −A · ratio / (tokens · completions).
  const first = policy.calls.map(({ gradients }) => gradients[0]![0]!);
  const second = policy.calls.map(({ gradients }) => gradients[1]![0]!);
  [-0.125, -0.125 * Math.exp(0.1), 0].forEach((wanted, i) =>
    assert.ok(Math.abs(first[i]! - wanted) < 1e-12, `${first}`)
  );
  [1, Math.exp(0.1), Math.exp(0.2)].forEach((ratio, i) =>
    assert.ok(Math.abs(second[i]! - 0.5 * ratio / 12) < 1e-12, `${second}`)
  );
  assert.equal(figures.grad_norm, 2); // mean of 1, 2, 3
  // One of eight tokens in the third update: those of the group that was skipped count.
  assert.equal(figures["clip_ratio/high_mean"], 1 / 8);
  assert.equal(figures["clip_ratio/low_mean"], 0);
  assert.equal(figures.num_tokens, 30);
});

Deno.test("updatePolicy() can be aborted until the first update has begun to count", async () => {
  const policy = learner();
  await lastValueFrom(
    from(groups).pipe(updatePolicy(policy, { ...options, numIterations: 2 })),
  );
  assert.ok(policy.signals[0] instanceof AbortSignal);
  assert.equal(policy.signals[1], undefined);
});

Deno.test("updatePolicy() makes no update of nothing", async () => {
  const policy = learner();
  const none = await lastValueFrom(EMPTY.pipe(updatePolicy(policy, options), toArray()));
  assert.deepEqual(none, []);
  assert.equal(policy.calls.length, 0);
});

Deno.test("updatePolicy() makes no update where a reward's figure is not finite", async () => {
  const failing = async (of: (group: Group) => Partial<Advantaged>[]) => {
    const policy = learner();
    const odd = groups.map((group) => ({
      ...group,
      completions: group.completions.map((one, i) => ({ ...one, ...of(group)[i] })),
    }));
    const error = await lastValueFrom(from(odd).pipe(updatePolicy(policy, options))).then(
      () => assert.fail("was made"),
      (error) => error,
    );
    assert.equal(policy.calls.length, 0);
    assert.ok(error instanceof RangeError);
    return error.message;
  };
  const judged = (...values: number[]) => () =>
    values.map((mine) => ({ rewards: { mine } }));
  assert.match(
    await failing(judged(1, -1e200)),
    /^The figure rewards\/mine\/std is Infinity: completion 1\/a\/1 has -1e\+200 there/,
  );
  assert.match(
    await failing(judged(1e308, 1e308)),
    /^The figure rewards\/mine\/mean is Inf/,
  );
  assert.match(
    await failing(() => [{ reward: 1e308 }, { reward: 1e308 }]),
    /^The figure reward is Infinity: completion 1\/\w\/\d has 1e\+308 there/,
  );
});

Deno.test("updatePolicy() tells no figure of a reward that only some have", async () => {
  const rewards = Object.fromEntries([["__proto__", 4], ["constructor", 2]]);
  const odd = groups.map((group, i) => ({
    ...group,
    completions: group.completions.map((one) => i === 0 ? { ...one, rewards } : one),
  }));
  const figures = await lastValueFrom(from(odd).pipe(updatePolicy(learner(), options)));
  assert.equal(figures["rewards/__proto__/mean"], 4);
  assert.equal(figures["rewards/constructor/mean"], 2);
  assert.equal(figures["rewards/constructor/std"], 0);
});
