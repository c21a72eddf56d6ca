import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { writeCheckpoint } from "../../../pipeline/pretrain/pretrain_checkpoint.ts";
import { pretrain } from "../../../pipeline/pretrain/pretrain.ts";
import { stages } from "../../../pipeline/pretrain/stages.ts";
import { openPolicy } from "../../../stages/policy/open_policy.ts";
import { startTestBackend } from "../../support/test_backend.ts";

await startTestBackend();

const settings = { seed: 7, scale: 0.0005, resume: false }; // one step a stage

async function run(out: string, resume: boolean) {
  const lines = [];
  for await (const line of pretrain({ ...settings, out, resume })) lines.push(line);
  return lines;
}

Deno.test("pre-training goes through its stages, resumes to the same bytes and leaks nothing", async () => {
  const out = await Deno.makeTempDir();
  try {
    const before = tf.memory().numTensors;
    const lines = await run(out, false);
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(
      lines.map(({ stage }) => stage),
      [...stages(settings.scale).map(({ name }) => name), "all"],
    );
    const whole = await Deno.readFile(`${out}/model/model.safetensors`);
    assert.ok(whole.length < 8e6, `${whole.length} bytes`);

    await Deno.remove(`${out}/checkpoint`, { recursive: true });
    await Deno.rename(`${out}/after-answer`, `${out}/checkpoint`);
    const rest = await run(out, true);
    assert.deepEqual(rest.map(({ stage }) => stage), [
      "answer better",
      "answer best",
      "all",
    ]);
    assert.deepEqual(await Deno.readFile(`${out}/model/model.safetensors`), whole);

    const policy = await openPolicy(`${out}/model`, {
      optimizer: {
        beta1: 0.9,
        beta2: 0.99,
        epsilon: 1e-8,
        weightDecay: 0,
        maxGradNorm: 1,
      },
      freezeVision: true,
      reference: false,
      microBatchSize: 1,
      seed: 0,
    });
    assert.equal(policy.prompts, "short");
    assert.equal(
      policy.encodeCompletion("<think>cat</think><answer>cat</answer>").length,
      7,
    );
    policy.dispose();
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("a checkpoint of another seed is not resumed", async () => {
  const out = await Deno.makeTempDir();
  try {
    await writeCheckpoint(`${out}/checkpoint`, {
      progress: { seed: 7, scale: settings.scale, stage: 1, step: 0, seconds: 0 },
      parameters: new Map(),
    });
    await assert.rejects(async () => {
      for await (const _ of pretrain({ ...settings, seed: 8, out, resume: true }));
    }, { name: "RangeError", message: /has seed 7 and scale 0.0005/ });
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
