import assert from "node:assert/strict";
import { from, lastValueFrom, Subject, toArray } from "rxjs";
import { TestScheduler } from "rxjs/testing";
import {
  normaliseGroups,
  type NormaliseOptions,
} from "../../../stages/advantage/normalise_groups.ts";
import type { Group, Scored } from "../../../stages/records.ts";
import { questionOf, scoredOf } from "../../support/scored.ts";

const a = questionOf("a"), b = questionOf("b");

function run(scored: readonly Scored[], options: NormaliseOptions): Promise<Group[]> {
  return lastValueFrom(from(scored).pipe(normaliseGroups(options), toArray()));
}

const advantagesOf = (group: Group) =>
  group.completions.map(({ advantage }) => advantage);

Deno.test("normaliseGroups() makes a group of every G completions, in order", async () => {
  const scored = [
    scoredOf(a, 0, 1),
    scoredOf(a, 1, 3),
    scoredOf(b, 0, 5),
    scoredOf(b, 1, 5),
  ];
  const groups = await run(scored, { numGenerations: 2 });
  assert.deepEqual(groups.map(({ question }) => question.id), ["a", "b"]);
  const [first, second] = groups as [Group, Group];
  assert.equal(first.rewardMean, 2);
  assert.equal(first.rewardStd, Math.SQRT2);
  const one = 1 / (Math.SQRT2 + 1e-4);
  assert.deepEqual(advantagesOf(first), [-one, one]);
  assert.equal(second.rewardStd, 0);
  assert.deepEqual(advantagesOf(second), [0, 0]);
  assert.deepEqual(first.completions[1], { ...scored[1], advantage: one });
});

Deno.test("normaliseGroups() takes a question that comes twice for two groups", async () => {
  const scored = [0, 1, 0, 1].map((index) => scoredOf(a, index, index));
  assert.equal((await run(scored, { numGenerations: 2 })).length, 2);
});

Deno.test("normaliseGroups() divides by the step's spread or by nothing", async () => {
  const scored = [
    scoredOf(a, 0, 1),
    scoredOf(a, 1, 3),
    scoredOf(b, 0, 5),
    scoredOf(b, 1, 7),
  ];
  const none = await run(scored, { numGenerations: 2, scale: "none" });
  assert.deepEqual(none.map(advantagesOf), [[-1, 1], [-1, 1]]);
  // Of 1, 3, 5, 7: mean 4, squares 9 + 1 + 1 + 9 over 3.
  const step = Math.sqrt(20 / 3) + 1e-4;
  const batch = await run(scored, { numGenerations: 2, scale: "batch" });
  assert.deepEqual(batch.map(advantagesOf), [[-1 / step, 1 / step], [
    -1 / step,
    1 / step,
  ]]);
  assert.equal(batch[0]!.rewardStd, Math.SQRT2);
});

function scheduler() {
  return new TestScheduler((actual, expected) => assert.deepEqual(actual, expected));
}

const stream = {
  w: scoredOf(a, 0, 1),
  x: scoredOf(a, 1, 3),
  y: scoredOf(b, 0, 1),
  z: scoredOf(b, 1, 3),
};

Deno.test("normaliseGroups() emits a group with its last completion", async () => {
  const [g, h] = await run(Object.values(stream), { numGenerations: 2 });
  scheduler().run(({ hot, expectObservable, expectSubscriptions }) => {
    const source = hot("-w-x--y-z-|", stream);
    const wanted = "---g----h-|";
    const subscribed = "^---------!";
    expectObservable(source.pipe(normaliseGroups({ numGenerations: 2 })))
      .toBe(wanted, { g, h });
    expectSubscriptions(source.subscriptions).toBe(subscribed);
  });
});

Deno.test("normaliseGroups() waits for the step's end where it scales by the batch", async () => {
  const options = { numGenerations: 2, scale: "batch" } as const;
  const [g, h] = await run(Object.values(stream), options);
  scheduler().run(({ hot, expectObservable }) => {
    const source = hot("-w-x--y-z---|", stream);
    expectObservable(source.pipe(normaliseGroups(options)))
      .toBe("            ------------(gh|)", { g, h });
  });
});

Deno.test("normaliseGroups() unsubscribes from its source", () => {
  const source = new Subject<Scored>();
  const subscription = source.pipe(normaliseGroups({ numGenerations: 2 })).subscribe();
  assert.ok(source.observed);
  subscription.unsubscribe();
  assert.ok(!source.observed);
});

Deno.test("normaliseGroups() of nothing is nothing", async () => {
  assert.deepEqual(await run([], { numGenerations: 2 }), []);
  assert.deepEqual(await run([], { numGenerations: 2, scale: "batch" }), []);
});

Deno.test("normaliseGroups() names a completion of another question or step", async () => {
  await assert.rejects(
    run([scoredOf(a, 0, 1), scoredOf(b, 0, 1)], { numGenerations: 2 }),
    /RangeError: Completion 0\/b\/0 came within the group of 0\/a\/0/,
  );
  const next = { ...scoredOf(a, 1, 1), step: 1, id: "1/a/1" };
  await assert.rejects(
    run([scoredOf(a, 0, 1), next], { numGenerations: 2 }),
    /RangeError: Completion 1\/a\/1 came within the group of 0\/a\/0/,
  );
});

Deno.test("normaliseGroups() names a group that ends too early", async () => {
  await assert.rejects(
    run([scoredOf(a, 0, 1)], { numGenerations: 2 }),
    /RangeError: The group of 0\/a\/0 ended after 1 of 2 completions/,
  );
  assert.throws(
    () => normaliseGroups({ numGenerations: 0 }),
    /RangeError: numGenerations must be a positive integer: it is 0/,
  );
});

Deno.test("normaliseGroups() names the completion behind a figure that is not finite", async () => {
  const failing = (values: readonly number[], scale: "group" | "batch" | "none") =>
    run(values.map((value, i) => scoredOf(a, i, value)), {
      numGenerations: values.length,
      scale,
    });
  await assert.rejects(
    failing([1e308, 1e308], "group"),
    /^RangeError: The mean of the rewards in the group of 0\/a\/0 is Infinity, too large to learn from: completion 0\/a\/0 earns 1e\+308 \(reward 1e\+308\); give smaller/,
  );
  await assert.rejects(
    failing([0, -1e200, 1e199], "group"),
    /The standard deviation of the rewards .* is Infinity, .*: completion 0\/a\/1 earns -1e\+200/,
  );
  // Finite, but not its square in the engines' 32 bits.
  await assert.rejects(
    failing([0, 1e30], "none"),
    /The advantage of 0\/a\/0 in the group of 0\/a\/0 is -5e\+29, .*: completion 0\/a\/1 earns/,
  );
  await assert.rejects(
    failing([1, NaN], "batch"),
    /is NaN, .*: completion 0\/a\/1 earns NaN/,
  );
  await failing([1e50, 1e50], "none"); // all alike: no advantage
  await failing([0, 1e50], "group"); // divided by its spread
});
