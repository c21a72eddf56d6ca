import assert from "node:assert/strict";
import { from, lastValueFrom, toArray } from "rxjs";
import { TestScheduler } from "rxjs/testing";
import type { Parsed, Scored } from "../../../stages/records.ts";
import { scoreRewards } from "../../../stages/reward/score_rewards.ts";
import { parsedOf, questionOf } from "../scored.ts";

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
});
