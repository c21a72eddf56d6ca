/**
 * Trains the embedded model on embedded images and prints what each step earned.
 *
 *     deno run -A examples/train.ts          # 20 steps, about a minute on two cores
 *     deno run -A examples/train.ts 60       # 60 steps
 *
 * Prints a line a step, then the accuracy on held-out questions before and after:
 *
 *     step 1 reward 1.188
 *     …
 *     accuracy before 0.219 after 0.453
 *     runs/20261128-010203-train
 */
import { train } from "../mod.ts";

const steps = Number(Deno.args[0] ?? 20);

train({ steps, evalSamples: 64, seed: 1 }).subscribe({
  next(record) {
    if (record.type === "step") {
      console.log("step", record.step, "reward", Number(record.reward).toFixed(3));
    }
    if (record.type === "done") {
      const { before, after, run } = record;
      const [was, is] = [before, after].map(({ accuracy }) => accuracy!.toFixed(3));
      console.log("accuracy before", was, "after", is);
      console.log(run);
    }
  },
  error(error: Error) {
    console.error(error.message);
    Deno.exit(1);
  },
});
