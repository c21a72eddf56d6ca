import assert from "node:assert/strict";
import { join } from "node:path";
import { lastValueFrom, toArray } from "rxjs";
import {
  type EvaluationOrigin,
  keep,
  keptPlace,
  readKept,
} from "../../../pipeline/evaluate/kept_evaluation.ts";
import {
  resolveSettings,
  type SettingsInput,
} from "../../../pipeline/settings/settings.ts";
import { evaluateOptions } from "../../../pipeline/settings/stage_options.ts";
import { train } from "../../../pipeline/train/train.ts";
import { bandit, type BanditOptions, partsOf, QUICK } from "../../support/bandit.ts";
import { inFolder } from "../../support/in_folder.ts";

function placeOf(input: SettingsInput, other: Partial<EvaluationOrigin> = {}): string {
  const settings = resolveSettings(input);
  const { rewards: _, targetKinds: __, ...options } = evaluateOptions(settings, {
    prompts: "short",
    rolloutBatchSize: 16,
  });
  return keptPlace("kept", {
    ...{ version: "1", engine: "wasm", model: "a", settings, options },
    manifest: { source: "emoji", seed: 0, spec: "emoji:detection,shots=1", shots: 1 },
    ...other,
  });
}

Deno.test("an evaluation has one place whatever a run trains on, and another for what it asks", () => {
  const place = placeOf({});
  assert.match(place, /^kept.[0-9a-f]{64}\.json$/);
  const training: SettingsInput = {
    ...{ learningRate: 1, steps: 3, batchSize: 2, numGenerations: 4, beta: 0, out: "x" },
    ...{ data: "emoji:grounding", banNoObjects: true, probe: ["a=emoji:detection"] },
  };
  for (const [name, value] of Object.entries(training)) {
    assert.equal(placeOf({ [name]: value }), place, name);
  }
  const asking: SettingsInput = {
    ...{ seed: 1, evalSamples: 3, evalTemperature: 1, maxCompletionLength: 9, topK: 2 },
    ...{
      loraR: 4,
      maxPixels: 1000,
      freezeVision: true,
      profile: "paper",
      thinking: false,
    },
  };
  for (const [name, value] of Object.entries(asking)) {
    assert.notEqual(placeOf({ [name]: value }), place, name);
  }
  for (const other of [{ version: "2" }, { engine: "native" }, { model: "b" }]) {
    assert.notEqual(placeOf({}, other), place, JSON.stringify(other));
  }
});

Deno.test("held-out questions of the embedded images are the same for all shots, others not", () => {
  const of = (manifest: EvaluationOrigin["manifest"]) => placeOf({}, { manifest });
  const emoji = { source: "emoji", seed: 0, size: 10 };
  const shots = (n: number) => ({ spec: `emoji:detection,shots=${n}`, shots: n });
  assert.equal(of({ ...emoji, ...shots(1) }), of({ ...emoji, ...shots(2) }));
  assert.notEqual(of({ ...emoji, ...shots(1) }), of({ ...emoji, ...shots(1), seed: 1 }));
  assert.notEqual(
    of({ source: "coco", ...shots(1) }),
    of({ source: "coco", ...shots(2) }),
  );
});

const lines = async (file: string) =>
  (await Deno.readTextFile(file)).trimEnd().split("\n");

/** A short run with a folder of kept evaluations; what it asked before training, and answered. */
async function run(folder: string, name: string, options: BanditOptions, settings = {}) {
  const out = join(folder, name), evalCache = join(folder, "kept");
  const policy = bandit(options);
  const input = { ...QUICK, ...settings, out, evalCache };
  const records = await lastValueFrom(train(input, partsOf(policy)).pipe(toArray()));
  const before = records.find(({ type }) => type === "evaluation");
  return {
    asked: policy.events.filter((event) => event === "sample 0").length,
    before: JSON.stringify(before),
    answers: await lines(join(out, "answers.jsonl")),
  };
}

Deno.test("runs of one model share the answers before training, and ask after it", async () => {
  await inFolder(async (folder) => {
    const first = await run(folder, "first", { hash: "a".repeat(64) });
    const other = { learningRate: 2 };
    const second = await run(folder, "second", { hash: "a".repeat(64) }, other);
    assert.deepEqual([first.asked, second.asked], [2, 1], "before and after; after");
    assert.equal(second.before, first.before);
    assert.deepEqual(second.answers.slice(0, 2), first.answers.slice(0, 2));
    const another = await run(folder, "third", { hash: "b".repeat(64) });
    const unknown = await run(folder, "fourth", {});
    assert.deepEqual([another.asked, unknown.asked], [2, 2]);
  });
});

Deno.test("a damaged file is asked for anew and replaced", async () => {
  await inFolder(async (folder) => {
    const first = await run(folder, "first", { hash: "a".repeat(64) });
    const [{ name }] = [...Deno.readDirSync(join(folder, "kept"))] as [Deno.DirEntry];
    const file = join(folder, "kept", name);
    const sound = await Deno.readTextFile(file);
    for (const [i, text] of [sound.slice(0, 50), '{"figures":{}}'].entries()) {
      await Deno.writeTextFile(file, text);
      const again = await run(folder, `again${i}`, { hash: "a".repeat(64) });
      assert.deepEqual(again, first);
      assert.equal(await Deno.readTextFile(file), sound);
    }
  });
});

Deno.test("what is kept is read as it was, and nothing is not an error", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "in", "kept.json");
    assert.equal(await readKept(path), undefined);
    const result = {
      figures: { questions: 1, map: 1 / 3 },
      answers: [{
        ...{ id: "0/held-out/q", step: 0, split: "held-out", question: "q" },
        ...{ prompt: "What?", target: { kind: "classification" as const, label: "cat" } },
        ...{ text: "cat", tokens: 2, rewards: { accuracy: 1 }, reward: 0.1 + 0.2 },
      }],
    };
    await keep(path, result);
    assert.deepEqual(await readKept(path), result);
  });
});

Deno.test("runs side by side may keep the same evaluation at the same time", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "kept.json");
    const result = { figures: { questions: 1 }, answers: [] };
    await Promise.all(Array.from({ length: 20 }, () => keep(path, result)));
    assert.deepEqual(await readKept(path), result);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), [
      "kept.json",
    ]);
  });
});
