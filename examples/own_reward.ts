/**
 * Adds a reward of your own to the built-in ones: short answers earn a little more.
 *
 *     deno run -A examples/own_reward.ts        # 10 steps
 *
 * A reward is a pure function of an answer and of the truth. Its name appears in the records
 * beside the others:
 *
 *     step 1 accuracy 0.12 brief 0.70
 *     step 2 accuracy 0.14 brief 0.70
 *     step 3 accuracy 0.12 brief 0.70
 *     …
 */
import { type Reward, train } from "../mod.ts";

/** From 1 for an empty text towards 0 for an endless one. */
const brief: Reward = ({ text }) => 1 / (1 + text.length / 100);

const settings = {
  steps: Number(Deno.args[0] ?? 10),
  evalSamples: 16,
  rewardWeights: { brief: 0.1 }, // a tenth of what accuracy and format count
};

train(settings, { rewards: { brief } }).subscribe((record) => {
  if (record.type !== "step") return;
  const mean = (name: string) => Number(record[`rewards/${name}/mean`]).toFixed(2);
  console.log("step", record.step, "accuracy", mean("accuracy"), "brief", mean("brief"));
});
