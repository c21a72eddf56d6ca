/**
 * Reads the metrics of a run and prints its reward in tenths of the run, as a curve.
 *
 *     deno run -A examples/read_metrics.ts runs/20261128-011538-train
 *
 * metrics.jsonl holds one record a line; `type` tells which kind:
 *
 *     steps 1 to 2     1.238 ############
 *     steps 3 to 4     1.453 ###############
 *     steps 5 to 6     1.215 ############
 *     steps 7 to 8     1.570 ################
 *     steps 9 to 10    1.438 ##############
 *     steps 11 to 12   1.668 #################
 *     steps 13 to 14   1.477 ###############
 *     steps 15 to 16   1.621 ################
 *     steps 17 to 18   1.594 ################
 *     steps 19 to 20   1.578 ################
 *     accuracy 0.3125 -> 0.640625
 */
import type { MetricsRecord, StepRecord } from "../mod.ts";

const [run] = Deno.args;
if (run === undefined) {
  throw new Error("Name the folder of a run, for instance runs/NAME");
}

const text = await Deno.readTextFile(`${run}/metrics.jsonl`);
const records: MetricsRecord[] = text.trimEnd().split("\n").map((line) =>
  JSON.parse(line)
);

const steps = records.filter((record): record is StepRecord => record.type === "step");
const size = Math.ceil(steps.length / 10);
for (let from = 0; from < steps.length; from += size) {
  const part = steps.slice(from, from + size);
  const mean = part.reduce((sum, { reward }) => sum + Number(reward), 0) / part.length;
  const name = `steps ${part[0]!.step} to ${part.at(-1)!.step}`;
  console.log(name.padEnd(16), mean.toFixed(3), "#".repeat(Math.round(10 * mean)));
}

const done = records.find((record) => record.type === "done");
if (done !== undefined) {
  console.log("accuracy", done.before.accuracy, "->", done.after.accuracy);
}
