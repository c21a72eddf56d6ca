import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { fixturePath } from "../../support/fixtures.ts";
import { caseRows, loadWeights, ownCase } from "../../support/model_case.ts";
import { startTestBackend } from "../../support/test_backend.ts";
import { openModelFolder } from "../../../stages/model/folder/model_folder.ts";
import { promptFeatures } from "../../../stages/model/prompt_features.ts";
import {
  learningInputs,
  type LearningRow,
  tensorsOf,
} from "../../../stages/policy/learning_inputs.ts";
import type { TokenLoss } from "../../../stages/policy/policy.ts";
import { tokenLossGradients } from "../../../stages/policy/token_loss_gradients.ts";

await startTestBackend();

const folder = await openModelFolder(fixturePath("qwen2_vl/tiny-untied"));
folder.close();
const { config } = folder;

async function exampleRows(
  completions: readonly (readonly number[])[][],
): Promise<LearningRow[]> {
  const rows = await caseRows(ownCase("batch_left_padded"), config);
  return rows.map(({ prompt }, i) => ({ prompt, completions: completions[i]! }));
}

/** A loss whose gradient differs from token to token; each sequence by itself. */
const slope: TokenLoss = (statistics) => {
  const gradients = statistics.map(({ logProbs }) =>
    logProbs.map((p, t) => Math.cos(t + p))
  );
  return { loss: 0, gradients };
};

Deno.test("learningInputs() predicts the completions' tokens, one after another", async () => {
  const rows = await exampleRows([[[5, 6, 7], []], [[8]]]);
  const before = tf.memory().numTensors;
  const inputs = learningInputs(config, rows);
  assert.deepEqual(inputs.lengths, [3, 0, 1]);
  assert.deepEqual([...inputs.targets.dataSync().slice(0, 4)], [5, 6, 7, 8]);
  const prompts = rows.reduce((sum, { prompt }) => sum + prompt.tokenIds.length, 0);
  assert.equal(inputs.numTokens, prompts + 4);
  tf.dispose(tensorsOf(inputs));
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("rows together give what each gives alone, whatever the lengths beside it", async () => {
  const weights = await loadWeights("qwen2_vl/tiny-untied");
  const learn = (rows: readonly LearningRow[]) => {
    const inputs = learningInputs(config, rows);
    const found = tokenLossGradients(weights, config, inputs, weights, slope, 0, 1);
    tf.dispose(tensorsOf(inputs));
    return found;
  };
  const rows = await exampleRows([
    [[5, 6, 7], Array.from({ length: 23 }, (_, i) => 5 + i), [9]],
    [[8, 30]],
  ]);
  const together = learn(rows);
  const alone = rows.flatMap(({ prompt, completions }) =>
    completions.map((completion) => learn([{ prompt, completions: [completion] }]))
  );
  together.statistics.forEach(({ logProbs, entropies }, i) => {
    const [expected] = alone[i]!.statistics;
    assert.equal(logProbs.length, expected!.logProbs.length);
    logProbs.forEach((p, t) => assert.ok(Math.abs(p - expected!.logProbs[t]!) < 1e-5));
    entropies.forEach((h, t) => assert.ok(Math.abs(h - expected!.entropies[t]!) < 1e-5));
  });
  for (const [name, gradient] of together.gradients) {
    tf.tidy(() => {
      const sum = tf.addN(alone.map(({ gradients }) => gradients.get(name)!));
      const scale = Math.max(1, tf.max(tf.abs(sum)).dataSync()[0]!);
      const worst = tf.max(tf.abs(tf.sub(sum, gradient))).dataSync()[0]!;
      assert.ok(worst < 2e-5 * scale, `${name}: off by ${worst} of ${scale}`);
    });
  }
  for (const { gradients } of [together, ...alone]) tf.dispose([...gradients.values()]);
  tf.dispose([...weights.values()]);
});

Deno.test("features that are given are those of the images", async () => {
  const weights = await loadWeights("qwen2_vl/tiny-untied");
  const rows = await exampleRows([[[5, 6, 7]], [[8, 9]]]);
  const features = promptFeatures(weights, config, rows.map(({ prompt }) => prompt))!;
  const text = new Map([...weights].filter(([name]) => !name.startsWith("visual.")));
  const [computed, given] = [undefined, features].map((features) => {
    const inputs = learningInputs(config, rows, features);
    const found = tokenLossGradients(weights, config, inputs, text, slope, 0, 1);
    tf.dispose(tensorsOf(inputs));
    return found;
  });
  for (const [name, gradient] of computed!.gradients) {
    const other = given!.gradients.get(name)!.dataSync();
    gradient.dataSync().forEach((x, i) => assert.ok(Math.abs(x - other[i]!) < 1e-4));
  }
  for (const found of [computed!, given!]) tf.dispose([...found.gradients.values()]);
  tf.dispose([...weights.values()]);
});
