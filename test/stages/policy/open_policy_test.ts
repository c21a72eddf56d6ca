import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import type { Question } from "../../../data/questions/question.ts";
import { onPhase } from "../../../stages/engine/phases.ts";
import { fixturePath } from "../../support/fixtures.ts";
import { startTestBackend } from "../../support/test_backend.ts";
import { openModelFolder } from "../../../stages/model/folder/model_folder.ts";
import { openPolicy } from "../../../stages/policy/open_policy.ts";
import { mergeAdapter } from "../../../stages/adapter/merge_adapter.ts";
import { inFolder } from "../../support/in_folder.ts";
import { openCheckpoint } from "../../../stages/model/safetensors/checkpoint.ts";
import { openSafetensors } from "../../../stages/model/safetensors/open.ts";
import { readPeft, writePeft } from "../../../stages/adapter/peft.ts";
import type { TokenLoss } from "../../../stages/policy/policy.ts";
import type { PolicyOptions } from "../../../stages/policy/policy_options.ts";
import type { TrainablePolicy } from "../../../stages/policy/policy.ts";
import {
  noiseQuestion,
  TINY_MODEL,
  tinyOptions,
  tinySampling,
} from "../../support/tiny_policy.ts";

await startTestBackend();

const LORA = fixturePath("qwen2_vl/lora");

const update = { learningRate: 1e-3, temperature: 1, reference: true };

const questions = [
  noiseQuestion("a", "What is this?"),
  noiseQuestion("b", "And that one here?", 84),
];

/** Raises the log-probability of even completions, lowers that of odd ones. */
const seesaw: TokenLoss = (statistics, first) => {
  const sign = (i: number) => (first + i) % 2 === 0 ? 0.1 : -0.1;
  return {
    loss: statistics.reduce(
      (sum, { logProbs }, i) => sum - sign(i) * logProbs.reduce((a, b) => a + b, 0),
      0,
    ),
    gradients: statistics.map(({ logProbs }, i) => logProbs.map(() => -sign(i))),
  };
};

async function withPolicy(
  some: Partial<PolicyOptions>,
  use: (policy: TrainablePolicy) => Promise<void>,
) {
  const before = tf.memory().numTensors;
  const policy = await openPolicy(TINY_MODEL, { ...tinyOptions, ...some });
  try {
    await use(policy);
  } finally {
    policy.dispose();
  }
  assert.equal(tf.memory().numTensors, before, "tensors left behind");
}

async function texts(policy: TrainablePolicy, step = 9) {
  const groups = await policy.sample(questions, { ...tinySampling, step });
  return groups.flat().map(({ tokenIds }) => tokenIds.join());
}

Deno.test("a policy says which phase it is in, in the order of its work", async () => {
  await withPolicy({}, async (policy) => {
    const phases: string[] = [];
    onPhase((phase) => {
      if (phase !== phases.at(-1)) phases.push(phase);
    });
    try {
      const one = { ...tinySampling, maxCompletionLength: 2, badWords: ["<|im_end|>"] };
      const groups = await policy.sample(questions.slice(0, 1), one);
      assert.deepEqual(phases, [
        ...["prompt", "vision", "prefill", "sampling", "decode", "sampling"],
      ]);
      // An engine that compiles records in the first one, and works the loss out twice.
      await policy.update(groups.flat(), seesaw, update);
      phases.length = 0;
      await policy.update(groups.flat(), seesaw, update);
      assert.deepEqual(phases, ["reference", "forward", "loss", "backward", "optimiser"]);
    } finally {
      onPhase(undefined);
    }
  });
});

Deno.test("completions of a question learn the same beside one another and apart", async () => {
  const results: { gradNorm: number; loss: number; logProbs: number[][] }[] = [];
  let numTokens = 0;
  // One row a question; then micro-batches that cut a group; then one row a completion.
  for (const [microBatchSize, apart] of [[0, false], [2, false], [1, true]] as const) {
    await withPolicy({ microBatchSize }, async (policy) => {
      const groups = await policy.sample(questions, tinySampling);
      const sequences = groups.flat().map(({ question, tokenIds }) => ({
        question: apart ? { ...question } : question,
        tokenIds,
      }));
      const result = await policy.update(sequences, seesaw, update);
      if (microBatchSize === 0) numTokens = result.numTokens;
      if (apart) assert.ok(result.numTokens > numTokens);
      results.push({
        gradNorm: result.gradNorm,
        loss: result.loss,
        logProbs: result.statistics.map(({ logProbs }) => [...logProbs]),
      });
    });
  }
  for (const other of results.slice(1)) {
    assert.ok(Math.abs(other.gradNorm / results[0]!.gradNorm - 1) < 1e-4);
    assert.ok(Math.abs(other.loss - results[0]!.loss) < 1e-4);
    other.logProbs.flat().forEach((x, i) =>
      assert.ok(Math.abs(x - results[0]!.logProbs.flat()[i]!) < 1e-4)
    );
  }
});

Deno.test("the reference stays as it was, the policy moves", async () => {
  await withPolicy({}, async (policy) => {
    const completions = (await policy.sample(questions, tinySampling)).flat();
    const first = await policy.update(completions, seesaw, update);
    for (const { logProbs, referenceLogProbs } of first.statistics) {
      logProbs.forEach((x, i) => assert.ok(Math.abs(x - referenceLogProbs![i]!) < 1e-5));
    }
    const second = await policy.update(completions, seesaw, update);
    assert.ok(second.loss < first.loss);
    second.statistics.forEach(({ referenceLogProbs }, i) =>
      assert.deepEqual(referenceLogProbs, first.statistics[i]!.referenceLogProbs)
    );
    assert.equal(policy.version, 2);
  });
});

for (
  const [name, some] of [
    ["all weights", {}],
    ["a frozen vision tower", { freezeVision: true }],
    ["an adapter that it was given", { adapter: LORA }],
    ["an adapter", { lora: { r: 2, alpha: 4, targetModules: ["q_proj", "v_proj"] } }],
  ] as const
) {
  Deno.test(`a policy with ${name} goes on bit for bit from its saved state`, async () => {
    const folder = await Deno.makeTempDir();
    const expected: string[] = [];
    let wanted = 0;
    await withPolicy(some, async (policy) => {
      const completions = (await policy.sample(questions, tinySampling)).flat();
      await policy.update(completions, seesaw, update);
      await policy.saveState(folder);
      ({ gradNorm: wanted } = await policy.update(completions, seesaw, update));
      expected.push(...await texts(policy));
    });
    await withPolicy(some, async (policy) => {
      const completions = (await policy.sample(questions, tinySampling)).flat();
      await policy.restoreState(folder);
      assert.equal(policy.version, 1);
      const { gradNorm } = await policy.update(completions, seesaw, update);
      assert.equal(gradNorm, wanted);
      assert.deepEqual(await texts(policy), expected);
    });
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("a saved model opens as the policy that it was", async () => {
  const folder = await Deno.makeTempDir();
  await withPolicy({}, async (policy) => {
    const completions = (await policy.sample(questions, tinySampling)).flat();
    await policy.update(completions, seesaw, update);
    await policy.saveModel(folder);
    const expected = await texts(policy);
    const copy = await openPolicy(folder, tinyOptions);
    assert.deepEqual(await texts(copy), expected);
    copy.dispose();
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a frozen vision tower does not move, the rest does", async () => {
  const folder = await Deno.makeTempDir();
  await withPolicy({ freezeVision: true }, async (policy) => {
    const completions = (await policy.sample(questions, tinySampling)).flat();
    await policy.update(completions, seesaw, update);
    await policy.saveModel(folder);
  });
  const [before, after] = [
    await openCheckpoint(TINY_MODEL),
    await openCheckpoint(folder),
  ];
  for (const name of before.names) {
    const [a, b] = [await before.read(name), await after.read(name)];
    const same = a.every((x, i) => x === b[i]);
    assert.equal(same, name.startsWith("visual."), name);
  }
  before.close();
  after.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("an adapter is saved in PEFT's format, with the rank that was asked for", async () => {
  const folder = await Deno.makeTempDir();
  const lora = { r: 2, alpha: 4, targetModules: ["q_proj", "v_proj"] };
  await withPolicy({ lora }, async (policy) => {
    const completions = (await policy.sample(questions, tinySampling)).flat();
    await policy.update(completions, seesaw, update);
    await policy.saveModel(folder);
  });
  const adapter = await readPeft(folder);
  assert.equal(adapter.r, 2);
  assert.equal(adapter.scale, 2);
  const { config } = await openModelFolder(TINY_MODEL).then((model) => {
    model.close();
    return model;
  });
  assert.equal(adapter.modules.size, 2 * config.text.layers); // two targets in each
  for (const { b } of adapter.modules.values()) assert.ok(b.some((x) => x !== 0));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("an adapter of some layers names these alone, and keeps off a frozen vision tower", async () => {
  const patterns = ["layers.0.self_attn.*_proj", "mlp.up_proj", "visual.*.*.attn.qkv"];
  for (const freezeVision of [false, true]) {
    const lora = { r: 2, alpha: 4, targetModules: patterns };
    await inFolder(async (folder) => {
      await withPolicy({ lora, freezeVision }, (policy) => policy.saveModel(folder));
      const config = JSON.parse(Deno.readTextFileSync(`${folder}/adapter_config.json`));
      assert.deepEqual(config.target_modules, [
        "layers.0.self_attn.k_proj",
        "layers.0.self_attn.o_proj",
        "layers.0.self_attn.q_proj",
        "layers.0.self_attn.v_proj",
        ...freezeVision ? [] : ["qkv"],
        "up_proj",
      ]);
      assert.equal(config.base_model_name_or_path, TINY_MODEL);
    });
  }
});

Deno.test("a policy with an adapter says what the merged model says", async () => {
  await inFolder(async (merged) => {
    await mergeAdapter({ model: TINY_MODEL, adapter: LORA, out: merged });
    const said: number[][] = [];
    const still = { ...update, learningRate: 0 };
    let completions: { question: Question; tokenIds: readonly number[] }[] = [];
    await withPolicy({}, async (policy) => {
      completions = (await policy.sample(questions, tinySampling)).flat();
      said.push(await spoken(policy));
    });
    await withPolicy(
      { adapter: LORA },
      async (policy) => {
        said.push(await spoken(policy));
      },
    );
    const policy = await openPolicy(merged, tinyOptions);
    said.push(await spoken(policy));
    policy.dispose();

    async function spoken(policy: TrainablePolicy) {
      const { statistics } = await policy.update(completions, seesaw, still);
      return statistics.flatMap(({ logProbs }) => logProbs);
    }
    const apart = (a: number, b: number) =>
      Math.max(...said[a]!.map((x, i) => Math.abs(x - said[b]![i]!)));
    assert.ok(apart(1, 2) < 1e-4, `${apart(1, 2)} between adapter and merged model`);
    assert.ok(apart(0, 1) > 1e-2, `${apart(0, 1)} between base and adapter`);
  });
});

Deno.test("a policy that starts from an adapter is measured against that start", async () => {
  await inFolder(async (folder) => {
    await withPolicy({ adapter: LORA, modelName: "owner/tiny" }, async (policy) => {
      await policy.saveModel(folder);
      const weights = "adapter_model.safetensors";
      const [own, given] = [
        await openSafetensors(`${folder}/${weights}`),
        await readPeft(LORA),
      ];
      assert.equal(own.tensors.size, 2 * given.modules.size);
      own.close();
      const saved = await readPeft(folder);
      assert.deepEqual(saved.modules, given.modules);
      assert.equal(saved.scale, given.scale);
      const config = JSON.parse(Deno.readTextFileSync(`${folder}/adapter_config.json`));
      assert.equal(config.base_model_name_or_path, "owner/tiny");

      const completions = (await policy.sample(questions, tinySampling)).flat();
      const first = await policy.update(completions, seesaw, update);
      for (const { logProbs, referenceLogProbs } of first.statistics) {
        logProbs.forEach((x, i) =>
          assert.ok(Math.abs(x - referenceLogProbs![i]!) < 1e-5)
        );
      }
      const second = await policy.update(completions, seesaw, update);
      assert.ok(second.loss < first.loss);
      second.statistics.forEach(({ referenceLogProbs }, i) =>
        assert.deepEqual(referenceLogProbs, first.statistics[i]!.referenceLogProbs)
      );
    });
  });
});

Deno.test("an adapter that does not fit is refused, and nothing is left in memory", async () => {
  const before = tf.memory().numTensors;
  await inFolder(async (folder) => {
    const given = await readPeft(LORA);
    const [[, pair] = []] = given.modules;
    const put = (module: string) =>
      writePeft(folder, { ...given, modules: new Map([[module, pair!]]) });
    await put("model.layers.99.mlp.up_proj");
    await assert.rejects(
      openPolicy(TINY_MODEL, { ...tinyOptions, adapter: folder }),
      /adapts model\.layers\.99\.mlp\.up_proj, which .* lacks/,
    );
    const checkpoint = await openCheckpoint(TINY_MODEL);
    const [outputs, inputs] = checkpoint.shape("visual.blocks.0.attn.proj.weight");
    checkpoint.close();
    await writePeft(folder, {
      ...given,
      modules: new Map([["visual.blocks.0.attn.proj", {
        a: new Float32Array(given.r * inputs!),
        b: new Float32Array(outputs! * given.r),
        inputs: inputs!,
        outputs: outputs!,
      }]]),
    });
    await assert.rejects(
      openPolicy(TINY_MODEL, { ...tinyOptions, adapter: folder, freezeVision: true }),
      / adapts visual\.blocks\.0\.attn\.proj .*which freezeVision/,
    );
  });
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("tf.memory().numTensors is the same after step 2 and after step 20", async () => {
  await withPolicy({ microBatchSize: 2 }, async (policy) => {
    const counts: number[] = [];
    for (let step = 1; step <= 20; step++) {
      const groups = await policy.sample(questions, { ...tinySampling, step });
      await policy.update(groups.flat(), seesaw, update);
      counts.push(tf.memory().numTensors);
    }
    assert.equal(counts[19], counts[1]);
  });
});

Deno.test("an aborted update moves nothing", async () => {
  await withPolicy({ microBatchSize: 2 }, async (policy) => {
    const completions = (await policy.sample(questions, tinySampling)).flat();
    const before = await texts(policy);
    const abort = new AbortController();
    const loss: TokenLoss = (statistics, first) => {
      abort.abort();
      return seesaw(statistics, first);
    };
    await assert.rejects(policy.update(completions, loss, update, abort.signal), {
      name: "AbortError",
    });
    assert.equal(policy.version, 0);
    assert.deepEqual(await texts(policy), before);
  });
});

Deno.test("a target that no layer has is refused by name", async () => {
  await assert.rejects(
    openPolicy(TINY_MODEL, {
      ...tinyOptions,
      lora: { r: 2, alpha: 4, targetModules: ["w_q"] },
    }),
    /loraTargetModules w_q names no layer/,
  );
});

Deno.test("completions of a model that speaks pixels say of which size", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const { name } of Deno.readDirSync(TINY_MODEL)) {
      Deno.copyFileSync(`${TINY_MODEL}/${name}`, `${folder}/${name}`);
    }
    await Deno.writeTextFile(`${folder}/visual_rft.json`, '{"frame": "pixels"}');
    const before = tf.memory().numTensors;
    const policy = await openPolicy(folder, tinyOptions);
    // 90 pixels are seen as 84, three merged patches of 28; 84 is not resized.
    const odd = [noiseQuestion("c", "Where?", 90), noiseQuestion("b", "Where?", 84)];
    const seen = { kind: "pixels", width: 84, height: 84 } as const;
    const groups = await policy.sample(odd, tinySampling);
    for (const { frame } of groups.flat()) assert.deepEqual(frame, seen);
    assert.deepEqual(policy.frameOf?.(odd[0]!), seen);
    policy.dispose();
    assert.equal(tf.memory().numTensors, before, "tensors left behind");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  await withPolicy({}, async (policy) => {
    const [group] = await policy.sample([questions[0]!], tinySampling);
    assert.ok(group!.every((completion) => !Object.hasOwn(completion, "frame")));
  });
});

Deno.test("limits of pixels take the place of the model's", async () => {
  const tokens = async (pixels: PolicyOptions["pixels"]) => {
    let numTokens = 0;
    await withPolicy({ pixels }, async (policy) => {
      const [, second] = questions; // 84 x 84: nine visual tokens
      const sequences = [{ question: second!, tokenIds: [3] }];
      ({ numTokens } = await policy.update(sequences, seesaw, update));
    });
    return numTokens;
  };
  const own = await tokens(undefined);
  assert.equal(await tokens({ maxPixels: 56 * 56 }), own - 9 + 4);
  assert.equal(await tokens({ minPixels: 112 * 112 }), own - 9 + 16);
  await assert.rejects(tokens({ minPixels: 5000, maxPixels: 4000 }), {
    name: "RangeError",
    message: /at least 5000 and at most 4000 pixels.*maxPixels/,
  });
});

Deno.test("a Qwen2.5-VL policy samples, learns, and states boxes in pixels that it sees", async () => {
  const policy = await openPolicy(fixturePath("qwen2_5_vl/tiny-untied"), {
    optimizer: {
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-8,
      weightDecay: 0,
      maxGradNorm: 1,
    },
    freezeVision: false,
    reference: true,
    microBatchSize: 0,
    seed: 3,
  });
  const side = 44;
  const question: Question = {
    id: "q",
    images: [{
      width: side,
      height: side - 10,
      data: Uint8Array.from({ length: side * (side - 10) * 3 }, (_, i) => i % 251),
    }],
    prompt: "What is it?",
    target: { kind: "classification", label: "cat" },
  };
  // 34 x 44 in multiples of 8, an eighth rounded to even: 32 x 48 (44 / 8 = 5.5 -> 6)
  assert.deepEqual(policy.frameOf!(question), {
    kind: "pixels",
    width: 48,
    height: 32,
  });
  const [group] = await policy.sample([question], {
    numGenerations: 2,
    temperature: 1,
    topK: 0,
    topP: 1,
    maxCompletionLength: 5,
    seed: 1,
    step: 1,
  });
  assert.deepEqual(group![0]!.frame, policy.frameOf!(question));
  const step = () =>
    policy.update(
      group!.map(({ tokenIds }) => ({ question, tokenIds })),
      (statistics) => ({
        loss: -statistics.flatMap(({ logProbs }) => logProbs)
          .reduce((a, b) => a + b, 0),
        gradients: statistics.map(({ logProbs }) => logProbs.map(() => -1)),
      }),
      { learningRate: 1e-2, temperature: 1, reference: true },
    );
  const before = await step(), after = await step();
  assert.ok(after.loss < before.loss - 0.1, `${before.loss}, then ${after.loss}`);
  for (const { logProbs, referenceLogProbs } of before.statistics) {
    logProbs.forEach((x, t) => assert.ok(Math.abs(x - referenceLogProbs![t]!) < 1e-4));
  }
  policy.dispose();
});
