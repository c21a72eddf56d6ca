import assert from "node:assert/strict";
import { planExperiment } from "../../../pipeline/experiment/experiments.ts";
import { experimentResults } from "../../../pipeline/experiment/results.ts";
import { resultsTable } from "../../../pipeline/experiment/results_table.ts";
import { finishedJobs } from "../../support/finished_jobs.ts";

const plan = planExperiment("style-detection", { shots: [4], seeds: [0, 1, 2] });

function tableOf(values: Readonly<Record<string, readonly number[]>>): string {
  const { tuned, tested } = finishedJobs(
    plan,
    (method, seed) => values[method]![seed] ?? 0,
  );
  return resultsTable(
    experimentResults(plan, tuned, tested),
  );
}

Deno.test("the table has baseline, SFT, RFT, their differences, and what they rest on", () => {
  const table = tableOf({
    baseline: [0.1, 0.1, 0.1],
    sft: [0.1, 0.2, 0.3],
    rft: [0.4, 0.5, 0.6],
  });
  const rows = table.split("\n");
  assert.ok(
    rows.includes("|  | method | mAP | absent accuracy | known artists |"),
    table,
  );
  assert.ok(
    rows.includes("| 4-shot | SFT | 20.0 ± 10.0 | 90.0 ± 0.0 | 40.0 ± 0.0 |"),
    table,
  );
  assert.ok(rows.includes("|  | RFT − SFT | +30.0 | +0.0 | +0.0 |"), table);
  assert.ok(rows.includes("| 4-shot | RFT | 50.0 ± 0.0 | 50.0 ± 10.0 |"), table);
  assert.match(table, /above SFT in 3 of 3 seeds \(no run of RFT is below one of it\)/);
  assert.match(table, /0\.00001: 0\.0, .*; taken: 0\.00001/);
  assert.match(table, /The paper's Table 5 .*61\.8/s);
});

Deno.test("the table says so where RFT is not better", () => {
  const table = tableOf({
    baseline: [0.3, 0.3, 0.3],
    sft: [0.7, 0.8, 0.9],
    rft: [0.2, 0.4, 0.6],
  });
  assert.match(table, /above baseline in 2 of 3 seeds \(the ranges overlap\)/);
  assert.match(table, /above SFT in 0 of 3 seeds \(no run of RFT is above one of it\)/);
  assert.match(table, /RFT − SFT \| −40\.0/);
});
