import assert from "node:assert/strict";
import { evaluate, type EvaluateOptions } from "../../../stages/evaluate/evaluate.ts";
import { bandit, cats } from "../../support/bandit.ts";

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

Deno.test("evaluate() without thinking keeps the policy from it, and pays the answer alone", async () => {
  const asked: (readonly string[] | undefined)[] = [];
  const texts = ["<think>fur</think><answer>cat</answer>", "<answer>cat</answer>"];
  const policy = bandit();
  const sample: typeof policy.sample = async (questions, sampling, signal) => {
    asked.push(sampling.badWords);
    const groups = await policy.sample(questions, sampling, signal);
    const isKept = sampling.badWords?.includes("<think>");
    return groups.map((group) =>
      group.map((one) => ({ ...one, text: texts[isKept ? 1 : 0]! }))
    );
  };
  const ask = (more: Partial<EvaluateOptions>) =>
    evaluate({ sample }, cats(2), { ...options, ...more });
  const right = { questions: 2, reward: 2, format_rate: 1, mean_length: 2, accuracy: 1 };
  assert.deepEqual(await ask({}), right);
  assert.deepEqual(await ask({ thinking: false }), right);
  await ask({ thinking: false, banNoObjects: true });
  await ask({ banNoObjects: true });
  const never = ["<think>", "<think"], absent = ["<answer>No", "<answer>No Objects"];
  assert.deepEqual(asked, [[], never, [...never, ...absent], absent]);
});

Deno.test("evaluate() asks what is there without thinking too", async () => {
  const heard: { prompt: string; badWords?: readonly string[] }[] = [];
  const policy = bandit();
  const sample: typeof policy.sample = async (questions, sampling, signal) => {
    for (const { prompt } of questions) {
      heard.push({ prompt, badWords: sampling.badWords });
    }
    return await policy.sample(
      questions.map((question, i) => ({ ...question, id: `q${i}` })),
      sampling,
      signal,
    ).then((groups) =>
      groups.map((group, i) => group.map((one) => ({ ...one, question: questions[i]! })))
    );
  };
  const { question, ...source } = cats(1);
  const boxes = [{ x1: 0, y1: 0, x2: 9, y2: 9 }];
  const target = { kind: "detection", category: "cat", boxes } as const;
  await evaluate({ sample }, {
    ...source,
    question: async (index) => ({ ...await question(index), target }),
  }, {
    ...options,
    ...{ protocol: "exist-map", prompts: "paper-answer", thinking: false },
  });
  assert.match(heard[0]!.prompt, /^Is there any .*<answer>Yes or No<\/answer>/s);
  assert.doesNotMatch(heard[0]!.prompt, /think/);
  assert.deepEqual(heard[0]!.badWords, ["<think>", "<think"]);
});
