import assert from "node:assert/strict";
import fc from "fast-check";
import { binned } from "../../../pipeline/report/histogram.ts";
import { readRewards } from "../../../pipeline/run_folder/read_rewards.ts";
import { inFolder } from "../../support/in_folder.ts";
import { writeLines } from "../../support/made_run.ts";

Deno.test("readRewards() has the first fifth of the steps and the last", () =>
  inFolder(async (folder) => {
    const steps = Array.from({ length: 10 }, (_, i) => ({ step: i + 1, reward: i }));
    await writeLines(folder, "completions.jsonl", [
      ...[...steps, { step: 10, reward: null }, { step: 11, reward: 99 }],
    ]);
    assert.deepEqual(await readRewards(folder, 10), {
      first: { steps: [1, 2], rewards: [0, 1] },
      last: { steps: [9, 10], rewards: [8, 9] },
    });
    assert.equal(await readRewards(folder, 1), undefined);
  }));

Deno.test("readRewards() has nothing where no answers were sampled", () =>
  inFolder(async (folder) => {
    assert.equal(await readRewards(folder, 10), undefined);
    await writeLines(folder, "completions.jsonl", []);
    assert.equal(await readRewards(folder, 10), undefined);
  }));

Deno.test("binned() puts every value into one bin, both ends included", () => {
  assert.deepEqual(binned([0, 1, 2, 2], [0, 2], 2).map(({ share }) => share), [
    0.25,
    0.75,
  ]);
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: -3, max: 3 }), { minLength: 1 }), (
      values,
    ) => {
      const bins = binned(values, [-3, 3]);
      const sum = bins.reduce((total, { share }) => total + share, 0);
      assert.ok(Math.abs(sum - 1) < 1e-9);
    }),
  );
});
