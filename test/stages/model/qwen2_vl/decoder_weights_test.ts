import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import {
  isCompiling,
  verifyFunctions,
} from "../../../../stages/engine/compiled/compiled.ts";
import { freshAdapter, withAdapter } from "../../../../stages/adapter/adapter.ts";
import { decode } from "../../../../stages/model/qwen2_vl/decode.ts";
import {
  decoderWeights,
  joinedWeights,
  ownWeights,
} from "../../../../stages/model/qwen2_vl/decoder_weights.ts";
import { disposeCache } from "../../../../stages/model/qwen2_vl/kv_cache.ts";
import { prefill } from "../../../../stages/model/qwen2_vl/prefill.ts";
import type { Weights } from "../../../../stages/model/weights/weights.ts";
import { caseRows, configOf, loadWeights, ownCase } from "../../../support/model_case.ts";
import { startTestBackend } from "../../../support/test_backend.ts";

await startTestBackend();
verifyFunctions(true);

const TARGETS = [
  ..."qkvo".split("").map((name) => `${name}_proj`),
  ...["gate_proj", "up_proj", "down_proj"],
];

/** Parameters whose norms are not 1, and an adapter that changes every layer. */
async function adapted(folder: string) {
  const base = await loadWeights(folder);
  let seed = 0;
  const replace = (
    tensors: Map<string, tf.Tensor>,
    name: RegExp,
    make: (tensor: tf.Tensor, seed: number) => tf.Tensor,
  ) => {
    for (const [key, tensor] of tensors) {
      if (!name.test(key)) continue;
      tensors.set(key, tf.tidy(() => make(tensor, ++seed)));
      tensor.dispose();
    }
  };
  replace(
    base,
    /norm.*weight$/,
    (tensor, seed) =>
      tf.add(tensor, tf.randomUniform(tensor.shape, -0.3, 0.3, "float32", seed)),
  );
  const options = { r: 4, alpha: 8, targetModules: TARGETS };
  const matrices = freshAdapter(base, options, 1, true);
  replace(
    matrices,
    /lora_B/,
    ({ shape }, seed) => tf.randomNormal(shape, 0, 0.1, "float32", seed),
  );
  return { base, matrices };
}

/** Logits of a prefill and two decoding steps, one after another. */
async function logitsOf(
  make: typeof joinedWeights,
  weights: Weights,
  folder: string,
): Promise<number[]> {
  const config = configOf(folder);
  const rows = await caseRows(ownCase("text_only"), config);
  const prompts = rows.map(({ prompt }) => prompt);
  using prepared = make(weights, config);
  let { logits, cache } = prefill(prepared, config, prompts, undefined, 2, 3);
  const all: number[] = [];
  for (const step of [0, 1, 2]) {
    all.push(...await logits.data());
    logits.dispose();
    if (step === 2) break;
    const n = 2 * prompts.length;
    const tokens = Int32Array.from({ length: n }, (_, i) => 5 + 3 * i + step);
    const positions = new Int32Array(n).fill(prompts[0]!.nextPosition + step);
    ({ logits, cache } = decode(prepared, config, cache, tokens, positions));
  }
  disposeCache(cache);
  return all;
}

for (const folder of ["qwen2_vl/tiny-untied", "qwen2_vl/tiny-tied"]) {
  Deno.test(`joined weights give the logits of the model's own, adapter included: ${folder}`, async () => {
    const before = tf.memory().numTensors;
    const { base, matrices } = await adapted(folder);
    const weights = withAdapter(base, matrices, 2);
    const joined = await logitsOf(joinedWeights, weights, folder);
    const own = await logitsOf(ownWeights, weights, folder);
    const withoutAdapter = await logitsOf(joinedWeights, base, folder);
    const largest = Math.max(...own.map(Math.abs));
    const distance = (some: readonly number[]) =>
      Math.max(...own.map((x, i) => Math.abs(x - some[i]!))) / largest;
    assert.equal(joined.length, own.length);
    assert.ok(distance(joined) < 1e-5, `${distance(joined)}`);
    assert.ok(distance(withoutAdapter) > 1e-2, `${distance(withoutAdapter)}`);
    tf.dispose([...base.values(), ...matrices.values()]);
    assert.equal(tf.memory().numTensors, before);
  });
}

Deno.test("decoderWeights() copies the weights of a small model where functions are made", () => {
  const config = configOf("qwen2_vl/tiny-tied");
  const { text } = config;
  const large = { ...config, text: { ...text, vocabSize: 2 ** 28 } };
  const embeddings = tf.zeros([2, 2]);
  const weights = new Map([["model.embed_tokens.weight", embeddings]]);
  using own = decoderWeights(weights, large);
  assert.deepEqual(own.tensors, [embeddings]);
  if (isCompiling()) {
    assert.throws(() => decoderWeights(weights, config), /no parameter/);
  } else {
    using own = decoderWeights(weights, config);
    assert.deepEqual(own.tensors, [embeddings]);
  }
  embeddings.dispose();
});
