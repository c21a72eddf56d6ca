import assert from "node:assert/strict";
import { evaluate, type EvaluateOptions } from "../../../pipeline/evaluate/evaluate.ts";
import { bandit, cats } from "../bandit.ts";

const options: EvaluateOptions = {
  samples: 5,
  temperature: 0,
  topK: 0,
  topP: 1,
  maxCompletionLength: 8,
  rolloutBatchSize: 2,
  seed: 0,
  profile: "hardened",
};

Deno.test("evaluate() asks each question once, a few at a time", async () => {
  const policy = bandit();
  const figures = await evaluate(policy, cats(5), options);
  assert.equal(figures.questions, 5);
  assert.equal(figures.accuracy, 1); // an untaught bandit's likeliest answer is its first
  assert.deepEqual(policy.events, ["sample 0", "sample 0", "sample 0"]);
});

Deno.test("evaluate() asks no more than there is, nor than it is told to", async () => {
  const samples = async (samples: number, size: number) =>
    (await evaluate(bandit(), cats(size), { ...options, samples })).questions;
  assert.equal(await samples(9, 3), 3);
  assert.equal(await samples(3, 9), 3);
  assert.equal(await samples(0, 9), 0);
});

Deno.test("evaluate() with chance gives the same for the same seed", async () => {
  const ask = (seed: number) =>
    evaluate(bandit(), cats(60), { ...options, samples: 60, temperature: 1, seed });
  assert.deepEqual(await ask(1), await ask(1));
  assert.notDeepEqual(await ask(1), await ask(2));
});

Deno.test("evaluate() stops between two tokens where its signal aborts", async () => {
  const policy = bandit({ delay: 5_000 });
  const stop = new AbortController();
  const figures = evaluate(policy, cats(5), options, stop.signal);
  setTimeout(() => stop.abort(), 10);
  await assert.rejects(figures, { name: "AbortError" });
  assert.deepEqual(policy.events, ["aborted 0"]);
});

Deno.test("evaluate() keeps 'No Objects' from the answers where it is told to", async () => {
  const said: (readonly string[] | undefined)[] = [];
  const policy = bandit();
  const listening: Pick<typeof policy, "sample"> = {
    sample(questions, sampling, signal) {
      said.push(sampling.badWords);
      return policy.sample(questions, sampling, signal);
    },
  };
  await evaluate(listening, cats(1), { ...options, banNoObjects: true });
  await evaluate(listening, cats(1), options);
  assert.deepEqual(said, [["<answer>No", "<answer>No Objects"], undefined]);
});
