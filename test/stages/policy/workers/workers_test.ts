import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { startBackend } from "../../../../stages/engine/backend.ts";
import { openPolicy } from "../../../../stages/policy/open_policy.ts";
import type { TokenLoss, TrainablePolicy } from "../../../../stages/policy/policy.ts";
import type { PolicyOptions } from "../../../../stages/policy/policy_options.ts";
import { fixturePath } from "../../../support/fixtures.ts";
import {
  noiseQuestion,
  TINY_MODEL,
  tinyOptions,
  tinySampling,
} from "../../../support/tiny_policy.ts";

await startBackend("wasm");

const options: PolicyOptions = { ...tinyOptions, microBatchSize: 4 };

const update = { learningRate: 1e-2, temperature: 1, reference: true };

const questions = [56, 84, 0, 56, 28].map((side, i) =>
  noiseQuestion(`${i}`, "What is this? ".repeat(i + 1), side, 31 + i)
);

/** Raises the log-probability of even completions, lowers that of odd ones. */
const seesaw: TokenLoss<number> = (statistics, first) => ({
  loss: first,
  gradients: statistics.map(({ logProbs }, i) =>
    logProbs.map(() => (first + i) % 2 === 0 ? -0.1 : 0.1)
  ),
  metrics: statistics.map((_, i) => first + i),
});

async function withPolicy<T>(
  some: Partial<PolicyOptions>,
  use: (policy: TrainablePolicy) => Promise<T>,
): Promise<T> {
  const before = tf.memory().numTensors;
  const policy = await openPolicy(TINY_MODEL, { ...options, ...some });
  try {
    return await use(policy);
  } finally {
    policy.dispose();
    assert.equal(tf.memory().numTensors, before, "tensors left behind");
  }
}

/** All that a step gives, and what is said after it. */
async function course(policy: TrainablePolicy) {
  const results: unknown[] = [];
  for (const step of [1, 2]) {
    const groups = await policy.sample(questions, { ...tinySampling, step });
    results.push(groups.map((group) => group.map(({ question: _, ...rest }) => rest)));
    if (step < 2) results.push(await policy.update(groups.flat(), seesaw, update));
  }
  return results;
}

const KINDS: Readonly<Record<string, Partial<PolicyOptions>>> = {
  "all weights": {},
  "the text model's weights": { freezeVision: true },
  "LoRA": { lora: { r: 2, alpha: 4, targetModules: ["q_proj", "v_proj"] } },
  "a given adapter": { adapter: fixturePath("qwen2_vl/lora") },
};

for (const [kind, some] of Object.entries(KINDS)) {
  Deno.test(`workers compute what one thread does, bit for bit: ${kind}`, async () => {
    const alone = await withPolicy({ ...some, workers: 1 }, course);
    for (const workers of kind === "all weights" ? [2, 3] : [2]) {
      assert.deepEqual(await withPolicy({ ...some, workers }, course), alone);
    }
  });
}

Deno.test("a loss that throws is told as it is, and the policy can go on", () =>
  withPolicy({ workers: 2 }, async (policy) => {
    const groups = await policy.sample(questions, tinySampling);
    const wrong = new EvalError("no loss");
    const failing: TokenLoss = (statistics, first) => {
      if (first > 4) throw wrong;
      return seesaw(statistics, first);
    };
    await assert.rejects(
      policy.update(groups.flat(), failing, update),
      (error) => error === wrong,
    );
    assert.equal(policy.version, 0);
    const { metrics } = await policy.update(groups.flat(), seesaw, update);
    assert.deepEqual(metrics, [...Array(15).keys()]);
    assert.equal(policy.version, 1);
  }));

Deno.test("workers stop between two tokens with the caller's reason, and can go on", () =>
  withPolicy({ workers: 2 }, async (policy) => {
    const long = { ...tinySampling, maxCompletionLength: 400 };
    const stop = new AbortController(), reason = new EvalError("enough");
    const sampled = policy.sample(questions, long, stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort(reason);
    await assert.rejects(sampled, (error) => error === reason);
    assert.equal((await policy.sample(questions, tinySampling)).length, 5);
  }));

Deno.test("a policy that is disposed of ends what its workers do", async () => {
  const policy = await openPolicy(TINY_MODEL, { ...options, workers: 2 });
  const sampled = policy.sample(questions, { ...tinySampling, maxCompletionLength: 400 });
  const refused = assert.rejects(sampled, /worker of the policy has ended \(.*disposed/);
  await new Promise((resolve) => setTimeout(resolve, 50));
  policy.dispose();
  await refused;
});

Deno.test("workers do not keep a program alive", async () => {
  const at = (path: string) => JSON.stringify(import.meta.resolve(`../../../../${path}`));
  const program = `
    import { startBackend } from ${at("stages/engine/backend.ts")};
    import { openPolicy } from ${at("stages/policy/open_policy.ts")};
    await startBackend("wasm");
    const given = ${JSON.stringify({ ...options, workers: 2 })};
    const policy = await openPolicy(${JSON.stringify(TINY_MODEL)}, given);
    const question = { id: "a", images: [], prompt: "Who?", target: {} };
    const groups = await policy.sample([question], ${JSON.stringify(tinySampling)});
    console.log(policy.workers, groups[0].length);`;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", `data:text/javascript,${encodeURIComponent(program)}`],
  }).output();
  assert.equal(
    new TextDecoder().decode(stdout).trim(),
    "2 3",
    new TextDecoder().decode(stderr),
  );
  assert.equal(code, 0);
});
