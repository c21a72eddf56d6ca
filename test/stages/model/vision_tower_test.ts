import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { fixturePath, REFERENCE, referenceTest } from "../../support/fixtures.ts";
import {
  comparisons,
  configOf,
  type ExpectedValues,
  loadWeights,
  type ModelCase,
  packCase,
  pixelValues,
  realTokens,
} from "../../support/model_case.ts";
import { startTestBackend } from "../../support/test_backend.ts";
import type { Grid } from "../../../stages/model/qwen2_vl/mrope.ts";
import { logits, outputHead } from "../../../stages/model/qwen2_vl/output_head.ts";
import {
  hasCommonForm,
  patchFeatures,
  type VisionInputs,
  visionInputs,
  visionTower,
} from "../../../stages/model/vision_tower.ts";
import {
  packedAttention,
  textInputs,
  textTower,
} from "../../../stages/model/qwen2_vl/text.ts";
import { tokenLogProbs } from "../../../stages/model/ops/token_log_probs.ts";
import { openSafetensors } from "../../../stages/model/safetensors/open.ts";

/** Largest difference between a tensor's rows and the expected ones. */
function largestDifference(actual: Iterable<number>, expected: Iterable<number>): number {
  const a = [...actual], b = [...expected];
  assert.equal(a.length, b.length);
  return a.reduce((worst, x, i) => Math.max(worst, Math.abs(x - b[i]!)), 0);
}

await startTestBackend();

Deno.test("images are worth a function if they are square and of one size", () => {
  const form = (...grids: Grid[]) => hasCommonForm({ grids } as unknown as VisionInputs);
  assert.equal(form([1, 4, 4]), true);
  assert.equal(form([1, 4, 4], [1, 4, 4]), true);
  assert.equal(form([1, 4, 4], [1, 8, 8]), false);
  assert.equal(form([1, 4, 4], [2, 4, 4]), false);
  assert.equal(form([1, 4, 6]), false);
});

for (const { example, expected, folder, files } of comparisons()) {
  const tensors = `${example.family}/expected/${expected.tensors}`;
  referenceTest(
    `${example.name} on ${folder} equals the reference`,
    [...files, tensors],
    () => compare(example, expected, folder, fixturePath(tensors, REFERENCE)),
  );
}

async function compare(
  example: ModelCase,
  expected: ExpectedValues,
  folder: string,
  tensors: string,
) {
  const before = tf.memory().numTensors;
  const config = configOf(folder, REFERENCE);
  const weights = await loadWeights(folder, REFERENCE);
  const file = await openSafetensors(tensors);
  const pixels = await pixelValues(example);
  const packed = packCase(example, config);
  const hiddenSize = config.text.hiddenSize;

  let features: tf.Tensor2D | undefined;
  if (pixels !== undefined) {
    const { image_grid_thw: grids } = example;
    const inputs = visionInputs(config, pixels, grids);
    const patches = tf.tidy(() => patchFeatures(weights, config, inputs));
    const wanted = await file.read("vision_last_hidden_state");
    assert.ok(largestDifference(patches.dataSync(), wanted) < 1e-4);
    features = tf.tidy(() => visionTower(weights, config, inputs));
    assert.ok(
      largestDifference(features.dataSync(), await file.read("vision_output")) < 1e-4,
    );
    patches.dispose();
    tf.dispose(inputs as unknown as tf.TensorContainer);
  }

  const hidden = tf.tidy(() =>
    textTower(
      weights,
      config,
      textInputs(config, packed),
      packedAttention(packed),
      features,
    )
  );
  const hiddenValues = hidden.dataSync();
  const wantedHidden = await file.read("last_hidden_state");
  const padded = example.input_ids[0]!.length;
  const tokenRows: number[] = [], nextTokens: number[] = [];
  const wantedLogProbs: number[] = [], wantedEntropies: number[] = [];
  example.rows.forEach((_, row) => {
    const real = realTokens(example.attention_mask[row]!);
    real.forEach((place, i) => {
      const at = (row * packed.length + i) * hiddenSize;
      const there = (row * padded + place) * hiddenSize;
      const d = largestDifference(
        hiddenValues.slice(at, at + hiddenSize),
        wantedHidden.slice(there, there + hiddenSize),
      );
      assert.ok(d < 5e-4, `hidden state of token ${place} in row ${row}: off by ${d}`);
      if (place >= example.prompt_len) {
        const j = place - example.prompt_len;
        tokenRows.push(row * packed.length + i - 1);
        nextTokens.push(example.input_ids[row]![place]!);
        wantedLogProbs.push(expected.completion_logprobs[row]![j]!);
        wantedEntropies.push(expected.completion_entropies[row]![j]!);
      }
    });
  });

  const all = tf.tidy(() => logits(weights, config, hidden));
  const vocabulary = config.text.vocabSize;
  const values = all.dataSync();
  const wantedLogits = await file.read("logits");
  const places = new BigInt64Array((await file.readBytes("logits_positions")).buffer);
  example.rows.forEach((_, row) => {
    const real = realTokens(example.attention_mask[row]!);
    [...places].forEach((place, p) => {
      const i = real.indexOf(Number(place));
      if (i < 0) return;
      const at = (row * packed.length + i) * vocabulary;
      const there = (row * places.length + p) * vocabulary;
      const d = largestDifference(
        values.slice(at, at + vocabulary),
        wantedLogits.slice(there, there + vocabulary),
      );
      assert.ok(d < 5e-4, `logits of token ${place} in row ${row}: off by ${d}`);
    });
  });

  const statistics = tf.tidy(() =>
    tokenLogProbs(
      tf.gather(hidden, tf.tensor1d(tokenRows, "int32")),
      outputHead(weights, config),
      tf.tensor1d(nextTokens, "int32"),
      1,
    )
  );
  const [logProbs, entropies] = tf.unstack(statistics, 1);
  assert.ok(largestDifference(logProbs!.dataSync(), wantedLogProbs) < 1e-4);
  assert.ok(largestDifference(entropies!.dataSync(), wantedEntropies) < 1e-4);

  file.close();
  tf.dispose([...weights.values(), packed.mask, hidden, all, statistics]);
  tf.dispose([logProbs!, entropies!]);
  features?.dispose();
  assert.equal(tf.memory().numTensors, before);
}
