/** A run has the same results with any number of workers, also if it is resumed with another. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { lastValueFrom, tap } from "rxjs";
import type { SettingsInput } from "../../pipeline/settings/settings.ts";
import { train } from "../../pipeline/train/train.ts";
import { inFolder } from "../support/in_folder.ts";

const SETTINGS: SettingsInput = {
  ...{ backend: "wasm", steps: 2, saveSteps: 1, batchSize: 3, numGenerations: 3 },
  ...{ evalSamples: 3, maxCompletionLength: 8, learningRate: 1e-3, warmupSteps: 0 },
};

/** Of the answers that a tiny model gives, no two groups are worth the same by chance. */
const rewards = { letters: ({ text }: { readonly text: string }) => lettersOf(text) };

function lettersOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 7 / 7;
}

/** All records of steps and evaluations, without times, and the bytes of the model. */
async function made(run: string) {
  const text = await Deno.readTextFile(join(run, "metrics.jsonl"));
  const records = text.trimEnd().split("\n").map((line) => JSON.parse(line))
    .filter(({ type }) => type === "step" || type === "evaluation")
    .map(({ step_time: _, ...rest }) => rest);
  const model = await Deno.readFile(join(run, "model", "model.safetensors"));
  return { records, model };
}

Deno.test("a run with two workers, and one resumed with three, equal one without", () =>
  inFolder(async (folder) => {
    const [one, two, three] = ["one", "two", "three"].map((name) =>
      join(folder, name)
    ) as [
      string,
      string,
      string,
    ];
    await lastValueFrom(train({ ...SETTINGS, workers: 1, out: one }, { rewards }));
    const engines: string[] = [];
    await lastValueFrom(
      train({ ...SETTINGS, workers: 2, out: two }, { rewards }).pipe(
        tap((record) => record.type === "config" && engines.push(record.engine)),
      ),
    );
    assert.match(engines[0]!, /^wasm: .*, 2 workers$/);

    const stop = new AbortController();
    await lastValueFrom(
      train({ ...SETTINGS, workers: 1, out: three }, { rewards, stop: stop.signal }).pipe(
        tap((record) => record.type === "step" && stop.abort()),
      ),
    );
    await lastValueFrom(train({ resume: three, workers: 3 }, { rewards }));

    const expected = await made(one);
    assert.equal(expected.records.filter(({ type }) => type === "step").length, 2);
    assert.ok(
      expected.records.some(({ grad_norm }) => grad_norm > 0),
      "something is learnt",
    );
    assert.deepEqual(await made(two), expected);
    assert.deepEqual(await made(three), expected);
  }));
