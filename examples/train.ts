/**
 * Trains the embedded model on embedded images and prints what each step earned.
 *
 *     deno run -A examples/train.ts          # 20 steps, about a minute on two cores
 *     deno run -A examples/train.ts 60       # 60 steps
 *
 * Prints a line a step:
 *
 *     step 1 reward 1.258
 *     step 2 reward 1.219
 *     step 3 reward 1.352
 *     …
 *
 * Then the accuracy on held-out questions, which 20 steps raise from 0.313 to 0.641, and the
 * run's folder.
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
