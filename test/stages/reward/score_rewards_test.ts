import assert from "node:assert/strict";
import fc from "fast-check";
import { from, lastValueFrom, toArray } from "rxjs";
import { TestScheduler } from "rxjs/testing";
import { normaliseGroups } from "../../../stages/advantage/normalise_groups.ts";
import type { Parsed, Reward, Scored } from "../../../stages/records.ts";
import { chooseRewards } from "../../../stages/reward/choose_rewards.ts";
import {
  detachedReward,
  type Jury,
} from "../../../stages/reward/judge/detached_rewards.ts";
import {
  type Failure,
  judgeAnswer,
  type Judgement,
} from "../../../stages/reward/judge/judge_answer.ts";
import { scoreRewards } from "../../../stages/reward/score_rewards.ts";
import { parsedOf, questionOf } from "../../support/scored.ts";

const cat = questionOf("a");
const absent = questionOf("b", { kind: "detection", category: "cat", boxes: [] });
const right = parsedOf(cat, 0, "<think>x</think><answer>cat</answer>");
const wrong = parsedOf(cat, 1, "<answer>dog</answer>");
const none = parsedOf(absent, 0, "<think>x</think><answer>No Objects</answer>");

function run(
  parsed: readonly Parsed[],
  ...args: Parameters<typeof scoreRewards>
): Promise<Scored[]> {
  return lastValueFrom(from(parsed).pipe(scoreRewards(...args), toArray()));
}

Deno.test("scoreRewards() judges each completion by its target's kind", async () => {
  const scored = await run([right, wrong, none], "hardened");
  assert.deepEqual(scored.map(({ rewards }) => rewards), [
    { accuracy: 1, format: 1 },
    { accuracy: 0, format: 0 },
    { iou: 1, confidence: 1, format: 1 },
  ]);
  assert.deepEqual(scored.map(({ reward }) => reward), [2, 0, 3]);
  assert.deepEqual(scored[0], {
    ...right,
    rewards: { accuracy: 1, format: 1 },
    reward: 2,
  });
});

Deno.test("scoreRewards() weighs the sum, not the rewards", async () => {
  const [scored] = await run([right], "hardened", { format: 0.25, iou: 7 });
  assert.deepEqual(scored!.rewards, { accuracy: 1, format: 1 });
  assert.equal(scored!.reward, 1.25);
});

Deno.test("scoreRewards() takes the user's own rewards", async () => {
  const rewards = () => ({ brief: ({ text }: { text: string }) => 1 / text.length });
  const [scored] = await run([wrong], rewards, { brief: 2 });
  assert.equal(scored!.reward, 2 / wrong.text.length);
});

Deno.test("scoreRewards() scores each completion as it comes", async () => {
  const [s, t] = await run([right, wrong], "hardened");
  new TestScheduler((actual, expected) => assert.deepEqual(actual, expected))
    .run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot("-p-q-|", { p: right, q: wrong });
      expectObservable(source.pipe(scoreRewards("hardened"))).toBe("-s-t-|", { s, t });
      expectSubscriptions(source.subscriptions).toBe("^----!");
    });
});

Deno.test("scoreRewards() names the reward and the completion that are not finite", async () => {
  await assert.rejects(
    run([right, wrong], () => ({ odd: ({ wellFormed }) => wellFormed ? 1 : NaN })),
    /^TypeError: Reward "odd" of completion 0\/a\/1, "<answer>dog<\/answer>", is not a finite number: it is NaN/,
  );
  await assert.rejects(
    run([wrong], () => ({
      odd: () => {
        throw new RangeError("no such label");
      },
    })),
    /^TypeError: Reward "odd" of completion 0\/a\/1, .* threw: RangeError: no such label/,
  );
});

Deno.test("scoreRewards() names a weight that is not a number", () => {
  assert.throws(
    () => scoreRewards("paper", { format: NaN }),
    /RangeError: The weight of reward "format" is NaN/,
  );
  for (const together of [0, 1.5, NaN]) {
    assert.throws(
      () => scoreRewards("paper", {}, { together }),
      /together must be a pos/,
    );
  }
});

/** A jury in this thread, and the sizes of what it was asked. */
function juryOfFunctions(rewards: Readonly<Record<string, Reward>>) {
  const sizes: number[] = [];
  const jury: Jury = {
    judge: async (cases) => {
      sizes.push(cases.length);
      await new Promise((resolve) => setTimeout(resolve));
      const judged: Judgement[] = [];
      for (const { names, answer, target } of cases) {
        const own = new Map<string, number | Failure>();
        judged.push(own);
        for (const name of names) {
          const value = judgeAnswer(name, rewards[name]!, answer, target);
          own.set(name, value);
          if (typeof value !== "number") return judged;
        }
      }
      return judged;
    },
  };
  const detached = Object.fromEntries(
    Object.keys(rewards).map((name) => [name, detachedReward(name, jury)]),
  );
  return { detached, sizes };
}

const own = {
  brief: ({ text }: { text: string }) => 1 / (3 + text.length),
  third: () => 1 / 3,
};

Deno.test("scoreRewards() scores the same through a jury, in the same order", async () => {
  const text = fc.constantFrom("", "cat", "<answer>cat</answer>", right.text);
  const texts = fc.array(text, { maxLength: 12 });
  const weights = { brief: 0.1, third: -3, format: 0.7 };
  const size = fc.integer({ min: 1, max: 5 });
  await fc.assert(
    fc.asyncProperty(texts, size, async (texts, together) => {
      const parsed = texts.map((text, i) => parsedOf(cat, i, text));
      const { detached, sizes } = juryOfFunctions(own);
      const plain = await run(parsed, chooseRewards("hardened", own), weights);
      const judged = await run(parsed, chooseRewards("hardened", detached), weights, {
        together,
      });
      assert.deepEqual(judged, plain);
      assert.ok(sizes.every((size, i) => size === together || i === sizes.length - 1));
    }),
    { numRuns: 40 },
  );
});

Deno.test("scoreRewards() names the same culprit through a jury", async () => {
  const odd = (at: string, what: number): Reward => ({ text }) => text === at ? what : 1;
  const parsed = ["a", "b", "c"].map((text, i) => parsedOf(cat, i, text));
  const failing = (rewards: Readonly<Record<string, Reward>>) =>
    run(parsed, () => rewards, {}, { together: 3 }).then(
      () => assert.fail("scored"),
      (error) => String(error),
    );
  const here = odd("c", NaN), there = { x: odd("b", Infinity), y: odd("c", NaN) };
  const { detached } = juryOfFunctions(there);
  for (
    const [plain, judged] of [
      [{ here, ...there }, { here, ...detached }],
      [{ ...there, here }, { ...detached, here }],
      [{ here: odd("a", NaN), ...there }, { here: odd("a", NaN), ...detached }],
    ]
  ) {
    const wanted = await failing(plain!);
    assert.match(wanted, /^TypeError: Reward "\w+" of completion 0\/a\/\d, "\w",/);
    assert.equal(await failing(judged!), wanted);
  }
});

Deno.test("scoreRewards() asks several juries, each about its own rewards", async () => {
  const a = juryOfFunctions({ brief: own.brief });
  const b = juryOfFunctions({ third: own.third });
  const detached = { ...a.detached, ...b.detached };
  const [scored] = await run([wrong], () => detached);
  assert.deepEqual(scored!.rewards, {
    brief: 1 / (3 + wrong.text.length),
    third: 1 / 3,
  });
});

Deno.test("scoreRewards() tells what a jury without a verdict says of a completion", async () => {
  const says = (failure: Failure) => {
    const jury: Jury = { judge: () => Promise.resolve({ at: 1, failure }) };
    return run([right, wrong], () => ({ slow: detachedReward("slow", jury) }), {}, {
      together: 2,
    });
  };
  await assert.rejects(
    says({ failed: "slow", why: "has not returned", timedOut: true }),
    {
      name: "TimeoutError",
      message:
        'Reward "slow" of completion 0/a/1, "<answer>dog</answer>", has not returned',
    },
  );
  await assert.rejects(says({ failed: "slow", why: "ended its worker" }), TypeError);
});

Deno.test("a reward in a worker cannot be called by itself", () => {
  const { detached: { brief } } = juryOfFunctions(own);
  assert.throws(
    () => brief!(right.answer, cat.target),
    /TypeError: The reward "brief" runs in a worker: score answers with scoreRewards/,
  );
});

Deno.test("scoreRewards() names the terms of a sum that is too large", async () => {
  const big = () => 1e100;
  await assert.rejects(
    run([wrong], () => ({ a: big, b: big }), { b: 4 }),
    /^RangeError: The weighted sum of rewards of completion 0\/a\/1, "<answer>dog<\/answer>", is too large .*: 1 × 1e\+100 \(a\) \+ 4 × 1e\+100 \(b\) = 5e\+100; give smaller/,
  );
});

Deno.test("any rewards and weights give finite advantages, or an error with a name", async () => {
  const number = fc.oneof(fc.double(), fc.constantFrom(1e100, -1e100, 1e99, 1e-320, 0));
  const values = fc.array(fc.tuple(number, number), { minLength: 4, maxLength: 4 });
  const weight = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, 1e-60));
  const scale = fc.constantFrom("group", "batch", "none");
  const property = fc.asyncProperty(values, weight, scale, async (values, b, scale) => {
    const parsed = values.map((_, i) => parsedOf(cat, i, String(i)));
    const rewards = () => ({
      a: ({ text }: { text: string }) => values[Number(text)]![0],
      b: ({ text }: { text: string }) => values[Number(text)]![1],
    });
    try {
      const stream = from(parsed).pipe(
        scoreRewards(rewards, { b }),
        normaliseGroups({ numGenerations: 2, scale }),
        toArray(),
      );
      const groups = await lastValueFrom(stream);
      const completions = groups.flatMap(({ completions }) => completions);
      assert.deepEqual(completions.map(({ index }) => index), [0, 1, 2, 3]);
      for (const { advantage } of completions) {
        assert.ok(Math.abs(advantage) <= 1e12);
      }
      for (const { rewardMean, rewardStd } of groups) {
        assert.ok(Number.isFinite(rewardMean) && Number.isFinite(rewardStd));
      }
    } catch (error) {
      assert.ok(error instanceof TypeError || error instanceof RangeError, `${error}`);
      assert.match(error.message, /reward "?[ab]"?|completion 0\/a\/\d/i);
    }
  });
  await fc.assert(property);
});

Deno.test("scoreRewards() stops waiting for a jury where it is told to", async () => {
  const jury: Jury = { judge: () => new Promise(() => {}) };
  const rewards = () => ({ slow: detachedReward("slow", jury) });
  const stop = new AbortController();
  const waiting = run([right], rewards, {}, { signal: stop.signal });
  stop.abort(new Error("enough"));
  await assert.rejects(waiting, /enough/);
  await assert.rejects(run([right], rewards, {}, { signal: stop.signal }), /enough/);
});
