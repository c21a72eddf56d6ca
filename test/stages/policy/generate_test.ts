import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import {
  fixturePath,
  type FixtureSet,
  OWN,
  REFERENCE,
  referenceTest,
} from "../../support/fixtures.ts";
import { caseRows, comparisons, loadWeights, ownCase } from "../../support/model_case.ts";
import { startTestBackend } from "../../support/test_backend.ts";
import { generate, type GenerateOptions } from "../../../stages/policy/generate.ts";
import { openModelFolder } from "../../../stages/model/folder/model_folder.ts";
import { promptFeatures } from "../../../stages/model/prompt_features.ts";
import { learningInputs, tensorsOf } from "../../../stages/policy/learning_inputs.ts";
import { forward, toStatistics } from "../../../stages/policy/token_loss_gradients.ts";

await startTestBackend();

async function opened(name: string, set: FixtureSet = OWN) {
  const folder = await openModelFolder(fixturePath(name, set));
  folder.close();
  return { config: folder.config, weights: await loadWeights(name, set) };
}

function options(endTokens: readonly number[], tokenizerSize: number): GenerateOptions {
  return {
    numGenerations: 1,
    temperature: 0,
    topK: 0,
    topP: 1,
    maxCompletionLength: 12,
    endTokens,
    badWords: [],
    tokenizerSize,
    key: (prompt) => [7, prompt],
  };
}

for (const { example, expected, folder, files } of comparisons()) {
  const name = `greedy tokens of ${example.name} on ${folder} equal the reference`;
  referenceTest(name, files, async () => {
    const before = tf.memory().numTensors;
    const { config, weights } = await opened(folder, REFERENCE);
    const rows = await caseRows(example, config);
    const features = tf.tidy(() =>
      promptFeatures(weights, config, rows.map(({ prompt }) => prompt))
    );
    const groups = await generate(
      weights,
      config,
      rows.map(({ prompt }) => prompt),
      features,
      { ...options(config.tokens.eos, config.text.vocabSize), numGenerations: 2 },
    );
    groups.forEach((group, row) => {
      for (const { tokenIds } of group) {
        assert.deepEqual(
          tokenIds,
          expected.greedy_12[row]!.slice(0, tokenIds.length),
        );
        assert.ok(
          tokenIds.length === 12 || config.tokens.eos.includes(tokenIds.at(-1)!),
        );
      }
    });
    tf.dispose([...weights.values()]);
    features?.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
}

/**
 * What ends a completion: none of the tokens in reach, or two of three, so that few go on; in a
 * batch large enough for every engine to drop the ended ones.
 */
const ends: Readonly<
  Record<string, { isEnd: (token: number) => boolean; numGenerations: number }>
> = {
  "all go on": { isEnd: () => false, numGenerations: 8 },
  "few go on": { isEnd: (token) => token % 3 > 0, numGenerations: 40 },
};

for (const [name, { isEnd, numGenerations }] of Object.entries(ends)) {
  Deno.test(`sampled log-probabilities are those of the learner, whatever is beside: ${name}`, () =>
    sampledAsLearnt(isEnd, numGenerations));
}

async function sampledAsLearnt(
  isEnd: (token: number) => boolean,
  numGenerations: number,
) {
  const before = tf.memory().numTensors;
  const { config, weights } = await opened("qwen2_vl/tiny-untied");
  const example = ownCase("batch_left_padded");
  const rows = await caseRows(example, config);
  const sampling = {
    ...options(
      [...Array(config.text.vocabSize).keys()].filter(isEnd),
      config.text.vocabSize,
    ),
    numGenerations,
    temperature: 0.7,
    maxCompletionLength: 9,
  };
  const run = async (some: typeof rows, key: (prompt: number) => number[]) => {
    const prompts = some.map(({ prompt }) => prompt);
    const features = tf.tidy(() => promptFeatures(weights, config, prompts));
    const groups = await generate(weights, config, prompts, features, {
      ...sampling,
      key,
    });
    features?.dispose();
    return groups;
  };
  const groups = await run(rows, (prompt) => [7, prompt]);
  const alone = await run([rows[1]!], () => [7, 1]);
  assert.deepEqual(
    alone[0]!.map(({ tokenIds }) => tokenIds),
    groups[1]!.map(({ tokenIds }) => tokenIds),
  );
  assert.notDeepEqual(groups[0]![0]!.tokenIds, groups[0]![1]!.tokenIds);
  const goOn = (position: number) =>
    groups.flat().filter(({ tokenIds }) => tokenIds.length > position).length;
  const isFew = goOn(3) > 0 && goOn(3) <= numGenerations / 2;
  assert.equal(isFew, isEnd(1), `${goOn(3)} of ${2 * numGenerations} have a fourth`);

  const learned = rows.map(({ prompt }, i) => ({
    prompt,
    completions: groups[i]!.map(({ tokenIds }) => tokenIds),
  }));
  const lengths = groups.flat().map(({ tokenIds }) => tokenIds.length);
  const inputs = learningInputs(config, learned);
  const statistics = forward(weights, config, inputs, 0.7);
  const records = toStatistics(statistics.dataSync() as Float32Array, lengths);
  groups.flat().forEach(({ logProbs }, i) =>
    logProbs.forEach((x, t) => {
      assert.ok(Math.abs(x - records[i]!.logProbs[t]!) < 1e-4);
    })
  );
  tf.dispose([...weights.values(), ...tensorsOf(inputs), statistics]);
  assert.equal(tf.memory().numTensors, before);
}

Deno.test("generate() draws no bad word, and its last token elsewhere", async () => {
  const before = tf.memory().numTensors;
  const { config, weights } = await opened("qwen2_vl/tiny-untied");
  const example = ownCase("batch_left_padded");
  const rows = await caseRows(example, config);
  const prompts = rows.map(({ prompt }) => prompt);
  const features = tf.tidy(() => promptFeatures(weights, config, prompts));
  const size = config.text.vocabSize;
  const draw = async (badWords: readonly (readonly number[])[]) => {
    const given = { ...options([], size), badWords };
    const groups = await generate(weights, config, prompts, features, given);
    return groups.map(([only]) => only!.tokenIds);
  };
  const [free] = await draw([]);
  const [first, second] = free as [number, number];
  assert.equal((await draw([[first, second]]))[0]![0], first);
  assert.notEqual((await draw([[first, second]]))[0]![1], second);
  assert.notEqual((await draw([[first]]))[0]![0], first);
  // The same token behind another one is no bad word.
  assert.deepEqual((await draw([[(first + 1) % size, second]]))[0]![1], second);
  tf.dispose([...weights.values()]);
  features?.dispose();
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("generate() stops between two tokens when it is aborted, and frees its tensors", async () => {
  const { config, weights } = await opened("qwen2_vl/tiny-untied");
  const example = ownCase("text_only");
  const [row] = await caseRows(example, config);
  const before = tf.memory().numTensors;
  const abort = new AbortController();
  let draws = 0;
  const sampling = {
    ...options([], config.text.vocabSize),
    key: () => {
      if (++draws === 3) abort.abort();
      return [1];
    },
  };
  await assert.rejects(
    generate(weights, config, [row!.prompt], undefined, sampling, abort.signal),
    { name: "AbortError" },
  );
  assert.equal(draws, 3);
  assert.equal(tf.memory().numTensors, before);
  tf.dispose([...weights.values()]);
});
