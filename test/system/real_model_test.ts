import assert from "node:assert/strict";
import { join } from "node:path";
import { memory } from "@tensorflow/tfjs";
import { lastValueFrom, map, toArray } from "rxjs";
import type { QuestionSource } from "../../data/questions/question.ts";
import { uniform } from "../../data/random.ts";
import { fineTune } from "../../pipeline/train/sft.ts";
import type { SettingsInput } from "../../pipeline/settings/settings.ts";
import { train } from "../../pipeline/train/train.ts";
import { fixturePath } from "../support/fixtures.ts";
import { cats } from "../support/bandit.ts";
import { inFolder } from "../support/in_folder.ts";

/** Noise that is called a cat. */
function noise(size: number, seed: number): QuestionSource {
  const side = 56;
  const pixels = (index: number) =>
    Uint8Array.from({ length: side * side * 3 }, (_, k) => 256 * uniform(seed, index, k));
  const source = cats(size);
  return {
    ...source,
    question: async (index) => ({
      ...await source.question(index),
      images: [{ width: side, height: side, data: pixels(index) }],
    }),
  };
}

const parts = {
  openData: () =>
    Promise.resolve({ train: noise(4, 1), heldOut: noise(2, 2), describe: "noise" }),
};

const settings: SettingsInput = {
  model: fixturePath("qwen2_vl/tiny-untied"),
  backend: "wasm",
  batchSize: 2,
  numGenerations: 2,
  maxCompletionLength: 4,
  warmupSteps: 0,
  saveSteps: 0,
};

Deno.test("train() holds as many tensors after step 50 as after step 2, and none at the end", async () => {
  await inFolder(async (folder) => {
    const records = train({
      ...settings,
      batchSize: 1,
      steps: 50,
      evalSamples: 0,
      out: join(folder, "run"),
    }, parts);
    const counts = await lastValueFrom(records.pipe(
      map((record) => [record.type, memory().numTensors] as const),
      toArray(),
    ));
    const steps = counts.filter(([type]) => type === "step").map(([, count]) => count);
    assert.equal(steps.length, 50);
    assert.equal(steps[49], steps[1]);
    await new Promise((resolve) => setTimeout(resolve)); // the model is freed at the end
    assert.equal(memory().numTensors, 0);
  });
});

Deno.test("a real model, stopped and resumed, goes on bit for bit", async () => {
  await inFolder(async (folder) => {
    const more = { ...settings, steps: 4, evalSamples: 2 };
    const whole = join(folder, "whole"), cut = join(folder, "cut");
    await lastValueFrom(fineTune({ ...more, out: whole }, parts));

    const stop = new AbortController();
    const first = fineTune({ ...more, out: cut }, { ...parts, stop: stop.signal }).pipe(
      map((record) => {
        if (record.type === "step" && record.step === 2) stop.abort();
        return record;
      }),
    );
    assert.equal((await lastValueFrom(first)).type, "alarm");
    await lastValueFrom(fineTune({ resume: cut }, parts));

    const losses = async (run: string) => {
      const text = await Deno.readTextFile(join(run, "metrics.jsonl"));
      const records = text.trimEnd().split("\n").map((line) => JSON.parse(line));
      return records.filter(({ type }) => type === "step").map(({ loss }) => loss);
    };
    assert.deepEqual(await losses(cut), await losses(whole));
    assert.equal(new Set(await losses(cut)).size, 4);
    const weights = (run: string) =>
      Deno.readFile(join(run, "model", "model.safetensors"));
    assert.deepEqual(await weights(cut), await weights(whole));
  });
});
