import assert from "node:assert/strict";
import type * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../../../stages/engine/backend.ts";
import type { PolicyOptions } from "../../../../stages/policy/policy_options.ts";
import { startWorker } from "../../../../stages/policy/workers/engine_worker.ts";
import { sharedTensors } from "../../../../stages/policy/workers/shared_tensors.ts";
import { configOf } from "../../../support/model_case.ts";

await startBackend("wasm");

const options: PolicyOptions = {
  optimizer: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 },
  freezeVision: false,
  reference: false,
  microBatchSize: 4,
  seed: 5,
};

/** A worker with a model that has no parameters. */
function emptyWorker(some: Partial<PolicyOptions> = {}) {
  const none = () => sharedTensors(new Map<string, tf.Tensor>());
  return startWorker({
    config: configOf("qwen2_vl/tiny-untied"),
    options: { ...options, ...some },
    ...{ opened: none(), trained: none(), gradients: none() },
  });
}

const task = {
  version: 0,
  prompts: [{
    ...{ tokenIds: [1, 2], images: [], nextPosition: 2 },
    positions: new SharedArrayBuffer(4 * 6),
  }],
  features: [undefined],
};

const sampling = {
  ...{ numGenerations: 1, temperature: 1, topK: 0, topP: 1, maxCompletionLength: 2 },
  ...{ endTokens: [], badWords: [], tokenizerSize: 9 },
};

Deno.test("an error of a worker has its class and message, and the worker goes on", async () => {
  const worker = await emptyWorker();
  const sample = () => worker.sample({ ...task, options: sampling, keys: [[1]] });
  for (let i = 0; i < 2; i++) {
    await assert.rejects(sample(), (error) => {
      assert.ok(error instanceof RangeError, String(error));
      assert.match(error.message, /^The weights have no parameter "model\./);
      return true;
    });
  }
  worker.end();
  await assert.rejects(sample(), /^Error: A worker of the policy has ended/);
});

Deno.test("a worker that does not start says why", async () => {
  const lora = { r: 2, alpha: 4, targetModules: ["no_such_layer"] };
  await assert.rejects(emptyWorker({ lora }), /no_such_layer/);
});
