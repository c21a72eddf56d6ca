/**
 * Puts the stages together by hand: questions -> completions -> answers -> rewards -> advantages
 * -> an update of the weights.
 *
 *     deno run -A examples/compose_stages.ts    # 3 steps
 *
 * Each stage is an RxJS operator, so that any of them can be replaced, or looked at with `tap`:
 *
 *     What is the main object? <think>lion</think><answer>lion</answer> 1.00
 *     What is the main object? <think>lion</think><answer>lion</answer> 1.00
 *     What is the main object? <think>bee</think><answer>bee</answer> 1.00
 *     What is the main object? <think>dog</think><answer>dog</answer> 1.00
 *     step 1 reward 1.000 kl 0.00000
 *     …
 */
import { concatMap, lastValueFrom, range, tap } from "npm:rxjs@7.8.2";
import { resolveSettings } from "../mod.ts";
import { openData } from "../exports/data.ts";
import * as stages from "../exports/stages.ts";

const DATA = "emoji:classification,artist=openmoji", BATCH = 4, GENERATIONS = 4;
const { train: questions } = await openData(DATA, { seed: 3, prompts: "short" });
// true: keep the start, for the KL
const { policy } = await stages.openModel(resolveSettings({ seed: 3 }), true);
const sampling = { temperature: 1, topK: 0, topP: 1, maxCompletionLength: 64, seed: 3 };

function grpoStep(step: number) {
  return range((step - 1) * BATCH, BATCH).pipe(
    concatMap((i) => questions.question(i)),
    stages.rollout(policy, {
      ...{ ...sampling, step, numGenerations: GENERATIONS, rolloutBatchSize: BATCH },
    }),
    stages.parseAnswers(),
    stages.scoreRewards(stages.chooseRewards("hardened")),
    tap(({ question, index, text, reward }) => {
      if (index === 0) console.log(question.prompt, text, reward.toFixed(2));
    }),
    stages.normaliseGroups({ numGenerations: GENERATIONS }),
    stages.updatePolicy(policy, {
      ...{ step, learningRate: 1e-4, temperature: 1, lossType: "grpo", beta: 0.04 },
    }),
  );
}

for (let step = 1; step <= Number(Deno.args[0] ?? 3); step++) {
  const { reward, kl } = await lastValueFrom(grpoStep(step));
  console.log("step", step, "reward", reward.toFixed(3), "kl", kl?.toFixed(5));
}
policy.dispose();
