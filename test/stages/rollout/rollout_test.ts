import assert from "node:assert/strict";
import { from, lastValueFrom, take, toArray } from "rxjs";
import type { Question } from "../../../data/questions/question.ts";
import type { Policy } from "../../../stages/policy/policy.ts";
import { rollout, type RolloutOptions } from "../../../stages/rollout/rollout.ts";
import type { Completion } from "../../../stages/records.ts";

const options: RolloutOptions = {
  numGenerations: 2,
  temperature: 1,
  topK: 0,
  topP: 1,
  maxCompletionLength: 4,
  seed: 0,
  step: 1,
  rolloutBatchSize: 2,
};

const questions = ["a", "b", "c"].map((id): Question => ({
  id,
  images: [],
  prompt: id,
  target: { kind: "classification", label: id },
}));

/** A sampler that keeps what it was asked; the first batch is the slowest. */
function sampler() {
  const asked: string[][] = [];
  const signals: AbortSignal[] = [];
  const sample: Policy["sample"] = async (batch, { numGenerations, step }, signal) => {
    asked.push(batch.map(({ id }) => id));
    signals.push(signal!);
    await new Promise((resolve) => setTimeout(resolve, 10 / asked.length));
    signal?.throwIfAborted();
    return batch.map((question) =>
      Array.from({ length: numGenerations }, (_, index): Completion => ({
        id: `${step}/${question.id}/${index}`,
        step,
        question,
        index,
        text: "",
        tokenIds: [],
        logProbs: [],
        finish: "stop",
        policyVersion: 0,
      }))
    );
  };
  return { asked, signals, sample };
}

Deno.test("rollout() samples questions in batches and keeps their order", async () => {
  const policy = sampler();
  const ids = await lastValueFrom(
    from(questions).pipe(rollout(policy, options), toArray()),
  );
  assert.deepEqual(policy.asked, [["a", "b"], ["c"]]);
  assert.deepEqual(
    ids.map(({ id }) => id),
    ["1/a/0", "1/a/1", "1/b/0", "1/b/1", "1/c/0", "1/c/1"],
  );
});

Deno.test("rollout() begins no batch before the last one is done", async () => {
  const policy = sampler();
  await lastValueFrom(from(questions).pipe(rollout(policy, options), take(1)));
  assert.deepEqual(policy.asked, [["a", "b"]]);
});

Deno.test("rollout() aborts sampling where it is unsubscribed from", async () => {
  const policy = sampler();
  const subscription = from(questions).pipe(rollout(policy, options)).subscribe();
  assert.equal(policy.signals[0]?.aborted, false);
  subscription.unsubscribe();
  assert.equal(policy.signals[0]?.aborted, true);
  await new Promise((resolve) => setTimeout(resolve, 15));
  assert.equal(policy.asked.length, 1);
});

Deno.test("rollout() ends with the AbortError of the caller's signal", async () => {
  const policy = sampler();
  const stop = new AbortController();
  const completions = lastValueFrom(
    from(questions).pipe(rollout(policy, options, stop.signal)),
  );
  stop.abort();
  await assert.rejects(completions, { name: "AbortError" });
});
