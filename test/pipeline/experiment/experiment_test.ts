import assert from "node:assert/strict";
import { join } from "node:path";
import { lastValueFrom, tap, toArray } from "rxjs";
import {
  experiment,
  type ExperimentRecord,
} from "../../../pipeline/experiment/experiment.ts";
import { planExperiment } from "../../../pipeline/experiment/experiments.ts";
import { inFolder } from "../../support/in_folder.ts";

/** The smallest experiment that makes every kind of run. */
const plan = planExperiment("style-detection", {
  shots: [1],
  seeds: [0],
  learningRates: { sft: [1e-4], rft: [1e-4, 2e-4] },
  settings: {
    steps: 1,
    batchSize: 2,
    numGenerations: 2,
    evalSamples: 4,
    maxCompletionLength: 24,
    backend: "wasm",
  },
});

Deno.test("an experiment is stopped, gone on with, and then done for good", async () => {
  await inFolder(async (folder) => {
    const out = join(folder, "compared");
    const all = (
      stop?: AbortController,
      seen: (record: ExperimentRecord) => void = () => {},
    ) =>
      lastValueFrom(
        experiment(plan, { out, jobs: 2, stop: stop?.signal }).pipe(tap(seen), toArray()),
      );
    const stop = new AbortController();
    const first = await all(stop, ({ type }) => type === "finished" && stop.abort());
    assert.equal(first.at(-1)?.type, "stopped");

    const records = await all();
    const last = records.at(-1);
    assert.ok(last?.type === "results");
    const { rft, sft, baseline } = last.results.arms[0]!.methods;
    assert.deepEqual([baseline.steps, sft.steps, rft.steps], [0, 1, 1]);
    // The test half of the same questions, whoever is asked; and the controls are there.
    assert.equal(rft.figures.questions!.mean, 4);
    for (const probe of ["held-out without 'No Objects'", "known artists"]) {
      assert.ok(rft.probes[probe]!.map!.values.length === 1, probe);
    }
    const tried = last.results.tuning.rft.tried.map(({ learningRate }) => learningRate);
    assert.deepEqual(tried, [1e-4, 2e-4]);
    const written = JSON.parse(await Deno.readTextFile(join(out, "results.json")));
    assert.deepEqual(written, JSON.parse(JSON.stringify(last.results)));
    assert.equal(await Deno.readTextFile(join(out, "results.md")), last.table);

    const again = await all();
    assert.ok(again.every(({ type }) => type !== "run"), "nothing is made twice");
    assert.deepEqual(again.at(-1), last);

    const other = experiment({ ...plan, seeds: [1] }, { out });
    await assert.rejects(
      lastValueFrom(other),
      /holds another experiment: seeds differ from .*choose another option out/,
    );
  });
});

Deno.test("a run that fails ends the experiment with what it said", async () => {
  await inFolder(async (folder) => {
    const model = join(folder, "nowhere");
    const records = experiment({ ...plan, model }, { out: join(folder, "failed") });
    await assert.rejects(
      lastValueFrom(records),
      /ended with exit code 2: deno task train: /,
    );
  });
});
