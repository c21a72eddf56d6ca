/**
 * Rewards: pure functions that read a model's answer and check it against the known truth, and
 * the modules of rewards that a user writes. Nothing here computes with tensors.
 *
 * `parseAnswer` reads the text of a completion; `rewardsFor` gives the rewards of one kind of
 * question, each a function of answer and truth whose value is in [0, 1].
 *
 * ```ts
 * import { parseAnswer, rewardsFor } from "@visual-rft/visual-rft/rewards";
 *
 * const { accuracy, format } = rewardsFor("hardened", "classification");
 * const answer = parseAnswer("<think>It barks.</think><answer>a dog</answer>");
 * accuracy!(answer, { kind: "classification", label: "dog" }); // 1
 * format!(answer, { kind: "classification", label: "dog" }); // 1
 * ```
 *
 * @module
 */

export { loadRewards } from "../pipeline/open/load_rewards.ts";
export type { LoadRewardsOptions, OwnRewards } from "../pipeline/open/load_rewards.ts";
export { parseAnswer } from "../stages/parse/parse_answer.ts";
export { parseAnswers } from "../stages/parse/parse_answers.ts";
export { formatAnswer } from "../stages/parse/format_answer.ts";
export type { Statement } from "../stages/parse/format_answer.ts";
export { PROFILES, rewardsFor } from "../stages/reward/profiles.ts";
export type { Profile } from "../stages/reward/profiles.ts";
export { chooseRewards } from "../stages/reward/choose_rewards.ts";
export type { ProfileChoice } from "../stages/reward/choose_rewards.ts";
export type { RewardOptions } from "../stages/reward/criteria/options.ts";
export { scoreRewards } from "../stages/reward/score_rewards.ts";
export type { RewardChoice, ScoreOptions } from "../stages/reward/score_rewards.ts";
export type { TargetKind, TargetKinds } from "../stages/reward/target_kind.ts";
export { checkRewardWeights } from "../stages/reward/reward_weights.ts";
export type {
  Answer,
  Completion,
  Detection,
  Parsed,
  Point,
  Reward,
  Scored,
} from "../stages/records.ts";
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
