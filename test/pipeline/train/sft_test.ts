import assert from "node:assert/strict";
import { join } from "node:path";
import { lastValueFrom, toArray } from "rxjs";
import { fineTune } from "../../../pipeline/train/sft.ts";
import type { SettingsInput } from "../../../pipeline/settings/settings.ts";
import { bandit, cats, partsOf, QUICK } from "../../support/bandit.ts";

Deno.test("fineTune() learns the targets, without sampling in its steps", async () => {
  const folder = await Deno.makeTempDir();
  const policy = bandit();
  const settings = { ...QUICK, steps: 8, evalSamples: 0, out: join(folder, "run") };
  const records = await lastValueFrom(
    fineTune(settings, partsOf(policy)).pipe(toArray()),
  );
  const steps = records.filter((record) => record.type === "step");
  assert.deepEqual(policy.events, [...steps.map(() => "update"), "dispose"]);
  // Two tokens a label, of which the end token is certain: the mean starts at ln(4) / 2.
  assert.ok(Math.abs(steps[0]!.loss - Math.log(4) / 2) < 1e-12, `${steps[0]!.loss}`);
  assert.ok(steps.at(-1)!.loss < steps[0]!.loss / 2, `${steps.at(-1)!.loss}`);
  assert.ok(policy.probabilities[0]! > 0.7);
  assert.equal(await Deno.readTextFile(join(folder, "run", "completions.jsonl")), "");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("train() does not resume a run of fineTune()", async () => {
  const folder = await Deno.makeTempDir();
  const out = join(folder, "run");
  await lastValueFrom(fineTune({ ...QUICK, out }, partsOf(bandit())));
  const { train } = await import("../../../pipeline/train/train.ts");
  await assert.rejects(
    lastValueFrom(train({ resume: out }, partsOf(bandit()))),
    /is a run of sft: resume it with deno task sft/,
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("fineTune() writes its labels in the frame that the model speaks", async () => {
  const folder = await Deno.makeTempDir();
  const labels: string[] = [];
  const policy = Object.assign(bandit(), {
    frameOf: () => ({ kind: "pixels", width: 280, height: 140 } as const),
    encodeCompletion(label: string) {
      labels.push(label);
      return [0, 4];
    },
  });
  const box = { x1: 100, y1: 100, x2: 500, y2: 500 };
  const heldOut = cats(1);
  const train = {
    ...heldOut,
    question: () =>
      Promise.resolve({
        id: "q0",
        images: [],
        prompt: "Where?",
        target: { kind: "grounding", box } as const,
      }),
  };
  const settings = { ...QUICK, steps: 1, evalSamples: 0, out: join(folder, "run") };
  const openData = () => Promise.resolve({ train, heldOut, describe: "boxes" });
  await lastValueFrom(fineTune(settings, { ...partsOf(policy), openData }));
  assert.deepEqual(new Set(labels), new Set(["<answer>(28,14),(140,70)</answer>"]));
  await Deno.remove(folder, { recursive: true });
});

/** Runs SFT on three questions with or without reasoning; the labels that were learnt. */
async function learnt(
  reasonings: readonly (string | undefined)[],
  input: SettingsInput,
  reasoned?: number,
) {
  const labels: string[] = [];
  const policy = Object.assign(bandit(), {
    encodeCompletion(label: string) {
      labels.push(label);
      return [0, 4];
    },
  });
  const { question, ...source } = cats(reasonings.length);
  const train = {
    ...source,
    reasoned,
    question: async (index: number) => ({
      ...await question(index),
      reasoning: reasonings[index],
    }),
  };
  const folder = await Deno.makeTempDir();
  const out = join(folder, "run");
  const settings = { ...QUICK, steps: 1, evalSamples: 0, out, ...input };
  const openData = () => Promise.resolve({ train, heldOut: cats(1), describe: "cats" });
  try {
    await lastValueFrom(fineTune(settings, { ...partsOf(policy), openData }));
  } catch (error) {
    await assert.rejects(Deno.stat(out), Deno.errors.NotFound); // nothing was written
    assert.equal(policy.events.at(-1), "dispose");
    throw error;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return labels.sort();
}

Deno.test("fineTune() puts the data's reasoning in front where the targets are full", async () => {
  const reasonings = ["Fur.", undefined, "Paws, fur."];
  assert.deepEqual(await learnt(reasonings, { targets: "full" }), [
    "<answer>cat</answer>",
    "<think>Fur.</think><answer>cat</answer>",
    "<think>Paws, fur.</think><answer>cat</answer>",
  ]);
  const alone = Array(3).fill("<answer>cat</answer>");
  assert.deepEqual(await learnt(reasonings, {}), alone);
  assert.deepEqual(await learnt(reasonings, { targets: "answer" }, 2), alone);
});

Deno.test("fineTune() refuses full targets where no question holds a reasoning", async () => {
  const none = [undefined, undefined, undefined];
  for (const reasoned of [undefined, 0]) {
    await assert.rejects(learnt(none, { targets: "full" }, reasoned), {
      name: "RangeError",
      message: /^targets full: none of the 3 questions of cats .*option targets answer$/,
    });
  }
  assert.equal((await learnt(none, {})).length, 3);
});
