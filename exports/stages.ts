/**
 * Stages: what happens to a batch of questions in one step of GRPO, as RxJS operators that can be
 * put together in other ways, and the policy that they sample from and update.
 *
 * `rollout` draws completions, `parseAnswers` reads them, `scoreRewards` scores them,
 * `normaliseGroups` compares those of one question with each other, `updatePolicy` moves the
 * weights. `openModel` opens a policy.
 *
 * ```ts
 * import { concatMap, type Observable, range } from "rxjs";
 * import * as stages from "@visual-rft/visual-rft/stages";
 *
 * function grpoStep(
 *   policy: stages.Policy,
 *   data: stages.QuestionSource,
 *   step: number,
 * ): Observable<stages.StepMetrics> {
 *   const sampling = { temperature: 1, topK: 0, topP: 1, maxCompletionLength: 64, seed: 0 };
 *   return range(4 * (step - 1), 4).pipe(
 *     concatMap((i) => data.question(i % data.size)),
 *     stages.rollout(policy, { ...sampling, numGenerations: 8, rolloutBatchSize: 4, step }),
 *     stages.parseAnswers(),
 *     stages.scoreRewards(stages.chooseRewards("hardened")),
 *     stages.normaliseGroups({ numGenerations: 8 }),
 *     stages.updatePolicy(policy, {
 *       ...{ step, learningRate: 1e-5, temperature: 1 },
 *       ...{ lossType: "grpo", beta: 0.04 },
 *     }),
 *   );
 * }
 * ```
 *
 * @module
 */

export { learningRate } from "../stages/gradient/learning_rate.ts";
export type { Schedule, ScheduleOptions } from "../stages/gradient/learning_rate.ts";
export { rollout } from "../stages/rollout/rollout.ts";
export type { RolloutOptions } from "../stages/rollout/rollout.ts";
export { normaliseGroups } from "../stages/advantage/normalise_groups.ts";
export type { NormaliseOptions } from "../stages/advantage/normalise_groups.ts";
export type { Scale } from "../stages/advantage/advantages.ts";
export { updatePolicy } from "../stages/gradient/update_policy.ts";
export type { UpdatePolicyOptions } from "../stages/gradient/update_policy.ts";
export type { GrpoOptions, LossType } from "../stages/gradient/grpo_loss.ts";
export type {
  Advantaged,
  Answer,
  Completion,
  Detection,
  Group,
  Parsed,
  Point,
  Reward,
  Scored,
  StepMetrics,
} from "../stages/records.ts";
export { openModel } from "../pipeline/open/open_model.ts";
export type { ModelSettings, OpenedModel } from "../pipeline/open/open_model.ts";
export type {
  Policy,
  SamplingOptions,
  TokenLoss,
  TokenLossValue,
  TokenSequence,
  TokenStatistics,
  UpdateOptions,
  UpdateResult,
} from "../stages/policy/policy.ts";
export { mergeAdapter } from "../stages/adapter/merge_adapter.ts";
export type { Merged, MergeOptions } from "../stages/adapter/merge_adapter.ts";
export type { PolicyOptions } from "../stages/policy/policy_options.ts";
export type { PixelLimits } from "../stages/model/qwen2_vl/image_processor.ts";
export type { FloatDtype } from "../stages/model/safetensors/narrow.ts";
export type { FolderPrompts, TaughtPrompts } from "../data/questions/prompt.ts";
export type { TrainablePolicy } from "../stages/policy/policy.ts";
export { parseAnswers } from "../stages/parse/parse_answers.ts";
export { chooseRewards } from "../stages/reward/choose_rewards.ts";
export type { ProfileChoice } from "../stages/reward/choose_rewards.ts";
export { scoreRewards } from "../stages/reward/score_rewards.ts";
export type { RewardChoice, ScoreOptions } from "../stages/reward/score_rewards.ts";
export type {
  AnswerForm,
  ChoiceTarget,
  ClassificationTarget,
  DetectionTarget,
  GroundingTarget,
  NumberTarget,
  OwnTarget,
  PointTarget,
  Question,
  QuestionSource,
  Target,
  TextTarget,
} from "../data/questions/question.ts";
export type { PolicySettings } from "../pipeline/settings/stage_options.ts";
