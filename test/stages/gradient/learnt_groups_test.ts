import assert from "node:assert/strict";
import { from, lastValueFrom } from "rxjs";
import { LOSS_TYPES } from "../../../stages/gradient/grpo_loss.ts";
import { grpoTokenLoss } from "../../../stages/gradient/grpo_token_loss.ts";
import { learntGroups } from "../../../stages/gradient/learnt_groups.ts";
import { updatePolicy } from "../../../stages/gradient/update_policy.ts";
import { openSafetensors } from "../../../stages/model/safetensors/open.ts";
import { openPolicy } from "../../../stages/policy/open_policy.ts";
import type { TrainablePolicy } from "../../../stages/policy/policy.ts";
import type { Advantaged, Group } from "../../../stages/records.ts";
import { fixturePath } from "../../support/fixtures.ts";
import { inFolder } from "../../support/in_folder.ts";
import { startTestBackend } from "../../support/test_backend.ts";

await startTestBackend();

/** A group of completions of given advantages; every second one is cut off. */
function group(id: string, hasImage: boolean, ...advantages: number[]): Group {
  const side = 56, data = Uint8Array.from({ length: side * side * 3 }, (_, i) => i % 251);
  const question: Group["question"] = {
    id,
    images: hasImage ? [{ width: side, height: side, data }] : [],
    prompt: `What is ${id}?`,
    target: { kind: "classification", label: "cat" },
  };
  const completions = advantages.map((advantage, index): Advantaged => ({
    id: `1/${id}/${index}`,
    ...{ step: 1, question, index, text: "", policyVersion: 0 },
    tokenIds: Array.from({ length: 3 + index }, (_, i) => 10 + 7 * i + index),
    logProbs: Array(3 + index).fill(-1),
    finish: index % 2 === 0 ? "stop" : "length",
    answer: {
      ...{ text: "", wellFormed: false, answerAlone: false },
      ...{ detections: [], noObjects: false },
    },
    ...{ rewards: {}, reward: advantage, advantage },
  }));
  const rewardStd = Math.hypot(...advantages);
  return { question, completions, rewardMean: 0, rewardStd };
}

Deno.test("groups are learnt that have a gradient, and one of each kind of prompt", () => {
  const ids = (groups: Group[], options = {}) =>
    learntGroups(groups, { beta: 0, ...options }).map(({ question }) => question.id);
  const a = group("a", true, 0, 0), b = group("b", true, 1, -1);
  const c = group("c", true, 0, 0), d = group("d", false, 0, 0);
  assert.deepEqual(ids([a, b, c]), ["b"]);
  assert.deepEqual(ids([a, b, c], { beta: 0.1 }), ["a", "b", "c"]);
  assert.deepEqual(ids([a, c]), ["a"]);
  assert.deepEqual(ids([a, b, d]), ["b", "d"]);
  assert.deepEqual(ids([]), []);
  // The loss leaves out what was cut off.
  const cut = group("cut", true, 0, 1);
  assert.deepEqual(ids([cut, b]), ["cut", "b"]);
  assert.deepEqual(ids([cut, b], { maskTruncated: true }), ["b"]);
  assert.deepEqual(ids([group("nan", true, NaN), b]), ["nan", "b"]);
});

const open = () =>
  openPolicy(fixturePath("qwen2_vl/tiny-untied"), {
    optimizer: {
      ...{ beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01, maxGradNorm: 1 },
    },
    ...{ freezeVision: false, reference: false, microBatchSize: 0, seed: 5 },
  });

/** Gradient norm and loss of two updates, and the moments after them. */
async function learn(
  step: (policy: TrainablePolicy) => Promise<{ loss: number; gradNorm: number }>,
) {
  const policy = await open();
  try {
    const first = await step(policy), second = await step(policy);
    const tensors = new Map<string, Float32Array>();
    await inFolder(async (folder) => {
      await policy.saveState(folder);
      const file = await openSafetensors(`${folder}/policy.safetensors`);
      for (const name of file.tensors.keys()) tensors.set(name, await file.read(name));
      file.close();
    });
    return { figures: [first, second].map((s) => [s.loss, s.gradNorm]), tensors };
  } finally {
    policy.dispose();
  }
}

const BATCHES = {
  "some groups": [
    group("a", true, 0, 0),
    group("b", true, 0.5, -0.7, 0.2),
    group("c", false, 0, 0),
    group("d", true, 0, 0, 0),
  ],
  "all groups": [group("a", true, 0, 0), group("b", true, 0, 0)],
};
const common = { learningRate: 1e-3, temperature: 1 };

for (const [skipped, groups] of Object.entries(BATCHES)) {
  Deno.test(`skipping ${skipped} changes neither loss nor gradient nor step`, async () => {
    const types = skipped === "all groups" ? ["grpo" as const] : LOSS_TYPES;
    for (const lossType of types) {
      const options = { lossType, beta: 0, maxCompletionLength: 8 };
      const whole = await learn((policy) =>
        policy.update(
          groups.flatMap(({ completions }) => completions),
          grpoTokenLoss(groups, options),
          { ...common, reference: false },
        )
      );
      const fewer = await learn(async (policy) => {
        const figures = await lastValueFrom(
          from(groups).pipe(updatePolicy(policy, { ...options, ...common, step: 1 })),
        );
        assert.equal(figures["clip_ratio/region_mean"], 0);
        return { loss: figures.loss!, gradNorm: figures.grad_norm! };
      });
      whole.figures.flat().forEach((x, i) => {
        const y = fewer.figures.flat()[i]!;
        assert.ok(
          Math.abs(x - y) <= 1e-5 * Math.abs(x) + 1e-7,
          `${lossType}: ${y}, not ${x}`,
        );
      });
      assert.deepEqual([...fewer.tensors.keys()], [...whole.tensors.keys()]);
      // Steps of Adam have the size of the rate, also where a gradient is rounding alone.
      for (const [name, values] of whole.tensors) {
        if (!name.startsWith("mean ")) continue;
        const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
        values.forEach((x, i) => {
          const off = Math.abs(x - fewer.tensors.get(name)![i]!);
          assert.ok(off <= 1e-4 * largest + 1e-7, `${name}[${i}] is off by ${off}`);
        });
      }
    }
  });
}
