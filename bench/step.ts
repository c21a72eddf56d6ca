/**
 * How long one training step of the default run takes, part by part, on each engine that is
 * there: medians of seven steps after two, in milliseconds.
 *
 * `deno run -A bench/step.ts`
 *
 * @module
 */
import { median } from "./median.ts";
import { from, lastValueFrom, toArray } from "rxjs";
import { openEmoji } from "../data/emoji/source.ts";
import { batchIndices } from "../data/questions/batches.ts";
import { normaliseGroups } from "../stages/advantage/normalise_groups.ts";
import { updatePolicy } from "../stages/gradient/update_policy.ts";
import { parseAnswers } from "../stages/parse/parse_answers.ts";
import { nativeFolder, readNativeManifest } from "../stages/engine/native_engine.ts";
import { scoreRewards } from "../stages/reward/score_rewards.ts";
import { rollout } from "../stages/rollout/rollout.ts";
import { openModel } from "../pipeline/open/open_model.ts";
import { resolveSettings } from "../pipeline/settings/settings.ts";
import {
  normaliseOptions,
  rolloutOptions,
  updateOptions,
} from "../pipeline/settings/stage_options.ts";

const STEPS = 9, WARM_UP = 2;

/** Milliseconds of each part of each step. */
async function measure(backend: "wasm" | "native"): Promise<Record<string, number[]>> {
  const settings = resolveSettings({ backend });
  const { policy } = await openModel(settings, true);
  const { train } = await openEmoji(settings.data, { seed: 0, prompts: policy.prompts });
  const parts: Record<string, number[]> = { questions: [], rollout: [], rest: [] };
  for (let step = 1; step <= STEPS; step++) {
    const times = [performance.now()];
    const mark = () => times.push(performance.now());
    const questions = await Promise.all(
      batchIndices(train.size, settings.batchSize, 0, step - 1)
        .map((index) => train.question(index)),
    );
    mark();
    const completions = await lastValueFrom(
      from(questions).pipe(rollout(policy, rolloutOptions(settings, step)), toArray()),
    );
    mark();
    await lastValueFrom(
      from(completions).pipe(
        parseAnswers(),
        scoreRewards("hardened"),
        normaliseGroups(normaliseOptions(settings)),
        updatePolicy(policy, { ...updateOptions(settings, step), learningRate: 1e-6 }),
      ),
    );
    mark();
    if (step <= WARM_UP) continue;
    Object.values(parts).forEach((list, i) => list.push(times[i + 1]! - times[i]!));
  }
  policy.dispose();
  return parts;
}

const engines: ("wasm" | "native")[] = ["wasm"];
if (readNativeManifest(nativeFolder(false)) !== undefined) engines.push("native");
console.log("engine   questions   rollout   parse, score and update   together");
for (const engine of engines) {
  const parts = Object.values(await measure(engine)).map(median);
  const cells = [...parts, parts.reduce((sum, ms) => sum + ms, 0)].map((ms) =>
    ms.toFixed(0).padStart(10)
  );
  console.log(`${engine.padEnd(8)} ${cells.join(" ")} ms`);
}
