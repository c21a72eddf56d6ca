/** What a policy computes with functions of the native engine, against what it computes without. */
import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { startBackend } from "../../stages/engine/backend.ts";
import { heldFunctions, verifyFunctions } from "../../stages/engine/compiled/compiled.ts";
import { nativeBackend } from "../../stages/engine/native_binding.ts";
import { installedEngine } from "../../stages/engine/native_engine.ts";
import { openPolicy } from "../../stages/policy/open_policy.ts";
import type { TokenLoss, TrainablePolicy } from "../../stages/policy/policy.ts";
import type { PolicyOptions } from "../../stages/policy/policy_options.ts";
import { noiseQuestion, TINY_MODEL, tinyOptions } from "../support/tiny_policy.ts";

const ignore = installedEngine() === undefined;

const options: PolicyOptions = { ...tinyOptions, microBatchSize: 4 };

const kinds = {
  "all weights": {},
  "the text model": { freezeVision: true },
  "an adapter": { lora: { r: 2, alpha: 4, targetModules: ["all-linear"] } },
} as const satisfies Record<string, Partial<PolicyOptions>>;

const questions = [
  noiseQuestion("a", "What is this?"),
  noiseQuestion("b", "And that one here?", 84),
  noiseQuestion("c", "Which of the animals that you know is the one in this picture?"),
];

/** A loss whose gradients differ from token to token. */
const slope: TokenLoss = (statistics, first) => {
  const gradients = statistics.map(({ logProbs }, i) =>
    logProbs.map((_, t) => Math.sin(3 * (first + i) + t) / 10)
  );
  const loss = statistics.reduce(
    (sum, { logProbs }, i) =>
      sum + logProbs.reduce((inner, p, t) => inner + p * gradients[i]![t]!, 0),
    0,
  );
  return { loss, gradients };
};

/** Steps with other questions, tokens, lengths, rates and temperatures each. */
async function steps(policy: TrainablePolicy, count: number, longest = 6) {
  const updates: number[] = [], samples: number[] = [];
  for (let step = 0; step < count; step++) {
    const asked = [questions[step % 3]!, questions[(step + 1) % 3]!];
    const completions = asked.flatMap((question, q) =>
      Array.from({ length: 3 }, (_, i) => ({
        question,
        tokenIds: Array.from(
          { length: 1 + (5 * step + 3 * q + i) % longest },
          (_, t) => 5 + (7 * step + 11 * q + 13 * i + 3 * t) % 200,
        ),
      }))
    );
    const result = await policy.update(completions, slope, {
      learningRate: 1e-4 * (1 + step % 2),
      temperature: 1,
      reference: true,
    });
    assert.equal(result.skipped, undefined);
    const sampled = await policy.sample(asked, {
      numGenerations: 3,
      temperature: step % 2,
      topK: 0,
      topP: 1,
      maxCompletionLength: 5,
      seed: 1,
      step,
    });
    updates.push(
      result.loss,
      result.gradNorm,
      ...result.statistics.flatMap(({ logProbs, referenceLogProbs }) => [
        ...logProbs,
        ...referenceLogProbs!,
      ]),
    );
    samples.push(...sampled[0]!.flatMap(({ logProbs }) => logProbs.slice(0, 1)));
  }
  return { updates, samples };
}

type Steps = Awaited<ReturnType<typeof steps>>;

function assertNear(
  found: number[],
  expected: number[],
  absolute: number,
  share: number,
) {
  assert.equal(found.length, expected.length);
  found.forEach((value, i) => {
    const bound = absolute + share * Math.abs(expected[i]!);
    assert.ok(
      Math.abs(value - expected[i]!) <= bound,
      `${i}: ${value} instead of ${expected[i]}`,
    );
  });
}

async function stepsOf(some: Partial<PolicyOptions>, count: number) {
  const policy = await openPolicy(TINY_MODEL, {
    ...options,
    ...some,
  });
  try {
    return await steps(policy, count);
  } finally {
    policy.dispose();
  }
}

/** Takes the native engine its functions while `run` lasts. */
async function withoutFunctions<T>(run: () => Promise<T>): Promise<T> {
  const backend = nativeBackend()!, { binding } = backend;
  backend.binding = Object.create(binding, { addFunction: { value: undefined } });
  try {
    return await run();
  } finally {
    backend.binding = binding;
  }
}

for (const [name, some] of Object.entries(kinds)) {
  Deno.test({
    name: `functions compute what operations do, and only from their inputs: ${name}`,
    ignore,
    async fn() {
      await startBackend("native");
      const expected = await withoutFunctions(() => stepsOf(some, 3));
      verifyFunctions(true);
      let found: Steps;
      try {
        found = await stepsOf(some, 3);
      } finally {
        verifyFunctions(false);
      }
      assertNear(found.updates, expected.updates, 1e-5, 1e-4);
      assertNear(found.samples, expected.samples, 1e-5, 1e-4);
    },
  });
}

Deno.test({
  name: "the same steps give the same bits, in a process that has other functions",
  ignore,
  async fn() {
    await startBackend("native");
    const first = await stepsOf({}, 3);
    await stepsOf(kinds["an adapter"], 1);
    assert.deepEqual(await stepsOf({}, 3), first);
  },
});

for (const [name, some] of Object.entries(kinds)) {
  Deno.test({
    name: `with products in bf16, steps stay near those in f32: ${name}`,
    ignore,
    async fn() {
      await startBackend("native");
      const expected = await stepsOf(some, 2);
      await startBackend("native", { precision: "bf16" });
      let found: Steps;
      try {
        found = await stepsOf(some, 2);
      } finally {
        await startBackend("native");
      }
      const { updates: [loss, gradNorm] } = expected;
      assert.notEqual(found.updates[0], loss);
      // Log-probabilities are about −5, and a bfloat16 has 8 significant bits.
      assertNear(found.updates, expected.updates, 0.05, 0.02);
      assertNear([found.updates[1]!], [gradNorm!], 0, 0.02);
    },
  });
}

/** `STEPS=300` for the long proof. */
const STEPS = Number(Deno.env.get("STEPS") ?? 12);

Deno.test({
  name:
    `memory is flat over ${STEPS} steps of changing lengths, and few functions are held`,
  ignore,
  async fn() {
    await startBackend("native");
    const policy = await openPolicy(TINY_MODEL, options);
    try {
      await steps(policy, Math.ceil(STEPS / 3), 60);
      const tensors = tf.memory().numTensors, before = Deno.memoryUsage().rss;
      await steps(policy, Math.ceil(STEPS / 3), 60);
      const middle = Deno.memoryUsage().rss;
      await steps(policy, Math.ceil(STEPS / 3), 60);
      const after = Deno.memoryUsage().rss;
      console.log(
        `${heldFunctions()} functions; MB`,
        before / 1e6,
        middle / 1e6,
        after / 1e6,
      );
      assert.equal(tf.memory().numTensors, tensors);
      assert.ok(heldFunctions() <= 96);
      assert.ok(after - middle < 50e6, `${(after - middle) / 1e6} MB more`);
    } finally {
      policy.dispose();
    }
  },
});
