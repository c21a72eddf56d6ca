import { concatMap } from "npm:rxjs@7.8.2";
import { normaliseGroups } from "../../stages/advantage/normalise_groups.ts";
import { updatePolicy } from "../../stages/gradient/update_policy.ts";
import { parseAnswers } from "../../stages/parse/parse_answers.ts";
import type { Group } from "../../stages/records.ts";
import { scoreRewards } from "../../stages/reward/score_rewards.ts";
import { rollout } from "../../stages/rollout/rollout.ts";
import {
  normaliseOptions,
  rolloutOptions,
  scoreOptions,
  updateOptions,
} from "../settings/stage_options.ts";
import type { CompletionRow } from "../run_folder/completions.ts";
import type { OpenedRun } from "./opened_run.ts";
import type { MakeStep } from "./training_step.ts";

/** A step of reinforcement fine-tuning: from a batch of questions to one update, by GRPO. */
export function grpoStep(run: OpenedRun): MakeStep {
  const { policy, settings, rewards, lines, stop, onGroup } = run;
  return (questions, step) =>
    questions.pipe(
      rollout(policy, rolloutOptions(settings, step), stop),
      parseAnswers(),
      scoreRewards(rewards, settings.rewardWeights, scoreOptions(settings, stop)),
      normaliseGroups(normaliseOptions(settings)),
      concatMap(async (group) => {
        await lines.completions.append(completionRows(group));
        onGroup?.(group);
        return group;
      }),
      updatePolicy(policy, updateOptions(settings, step)),
    );
}

/** A group's lines in completions.jsonl: everything but pixels and tokens. */
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
