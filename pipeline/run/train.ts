import { concatMap, type Observable, range } from "npm:rxjs@7.8.2";
import { normaliseGroups } from "../../stages/advantage/normalise_groups.ts";
import { updatePolicy } from "../../stages/gradient/update_policy.ts";
import { parseAnswers } from "../../stages/parse/parse_answers.ts";
import type { Group } from "../../stages/records.ts";
import { chooseRewards } from "../../stages/reward/choose_rewards.ts";
import { scoreRewards } from "../../stages/reward/score_rewards.ts";
import { NO_THINKING } from "../../stages/rollout/no_thinking.ts";
import { rollout } from "../../stages/rollout/rollout.ts";
import type { Figures } from "../../stages/records.ts";
import type { CompletionRow } from "../run_folder/completions.ts";
import type { MetricsRecord } from "../run_folder/metrics.ts";
import type { RunParts, StepContext } from "./open_run.ts";
import { run } from "./run.ts";
import { learningRate } from "../../stages/gradient/learning_rate.ts";
import type { SettingsInput } from "../settings/settings.ts";

/**
 * Reinforcement fine-tuning with GRPO, as a cold Observable: subscribing starts a run in a
 * folder of its own, and a second subscriber starts a second run. `share()` it where several
 * are to look on.
 *
 * The records are those of `MetricsRecord`: `config` first, `step` once a step, `evaluation`
 * before, after and in between, `done` last. A question's way is the body of `grpoStep`.
 *
 * Unsubscribing stops sampling between two tokens and keeps nothing but what is in the run
 * folder; `parts.stop` ends a run with a checkpoint.
 *
 * @param settings What differs from the defaults of `SETTINGS`.
 * @throws As an error of the stream, before anything is written: settings, model or data that
 * cannot be used.
 *
 * @example
 * ```ts
 * import { train } from "./train.ts";
 *
 * function watch() {
 *   return train({ steps: 20, learningRate: 1e-4 }).subscribe((record) => {
 *     if (record.type === "step") record.reward; // rises
 *   });
 * }
 * ```
 */
export function train(
  settings: SettingsInput = {},
  parts: RunParts = {},
): Observable<MetricsRecord> {
  return run("train", settings, parts, grpoStep);
}

/** One step: a batch of questions to one update, and its figures. */
function grpoStep(context: StepContext, step: number): Observable<Figures> {
  const { policy, questionAt, settings, completions, stop } = context;
  const { ownRewards, onGroup } = context;
  const { batchSize, thinking } = settings;
  const badWords = thinking ? [] : NO_THINKING;
  return range((step - 1) * batchSize, batchSize).pipe(
    concatMap((place) => questionAt(place)),
    rollout(policy, { ...settings, step, badWords }, stop),
    parseAnswers(),
    scoreRewards(
      chooseRewards(settings.profile, ownRewards, settings),
      settings.rewardWeights,
      { together: settings.numGenerations, signal: stop },
    ),
    normaliseGroups({
      numGenerations: settings.numGenerations,
      scale: settings.scaleRewards,
    }),
    concatMap(async (group) => {
      await completions.append(completionRows(group));
      onGroup?.(group);
      return group;
    }),
    updatePolicy(policy, {
      ...settings,
      step,
      learningRate: learningRate(step, settings),
      maskTruncated: settings.maskTruncatedCompletions,
    }),
  );
}

/** A group's lines in completions.jsonl: all but pixels and tokens. */
function completionRows({ question, completions }: Group): CompletionRow[] {
  return completions.map((completion) => ({
    id: completion.id,
    step: completion.step,
    question: question.id,
    prompt: question.prompt,
    target: question.target,
    text: completion.text,
    frame: completion.frame,
    tokens: completion.tokenIds.length,
    finish: completion.finish,
    policyVersion: completion.policyVersion,
    rewards: completion.rewards,
    reward: completion.reward,
    advantage: completion.advantage,
  }));
}
