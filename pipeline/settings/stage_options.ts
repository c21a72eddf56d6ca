/**
 * What the settings of a run mean for each stage: one function a stage, which names every option
 * that it passes on.
 *
 * Settings are never spread into a stage's options: a new setting would take effect in any stage
 * that happens to have an option of that name. The return types name every option of the stage
 * too, so that a new option has to be mapped, or left out by name, before this file compiles.
 *
 * @module
 */
import type { NormaliseOptions } from "../../stages/advantage/normalise_groups.ts";
import type { AskPresenceOptions } from "../../stages/evaluate/ask_presence.ts";
import type { EvaluateOptions } from "../../stages/evaluate/evaluate.ts";
import {
  learningRate,
  type ScheduleOptions,
} from "../../stages/gradient/learning_rate.ts";
import type { UpdatePolicyOptions } from "../../stages/gradient/update_policy.ts";
import type { PolicyOptions } from "../../stages/policy/policy_options.ts";
import type { RewardOptions } from "../../stages/reward/criteria/options.ts";
import type { ScoreOptions } from "../../stages/reward/score_rewards.ts";
import { NO_THINKING } from "../../stages/rollout/no_thinking.ts";
import type { RolloutOptions } from "../../stages/rollout/rollout.ts";
import type { Settings } from "./settings.ts";

/** Every option of a stage by name, optional ones too, except those left out on purpose. */
type Every<Options, LeftOut extends keyof Options = never> = {
  readonly [Name in keyof Required<Omit<Options, LeftOut>>]: Options[Name];
};

/** For `rollout`, in a step. */
export function rolloutOptions(settings: Settings, step: number): Every<RolloutOptions> {
  return {
    rolloutBatchSize: settings.rolloutBatchSize,
    numGenerations: settings.numGenerations,
    temperature: settings.temperature,
    topK: settings.topK,
    topP: settings.topP,
    maxCompletionLength: settings.maxCompletionLength,
    badWords: badWords(settings),
    seed: settings.seed,
    step,
  };
}

/** For `chooseRewards`; the form is that of each question. */
export function rewardOptions(settings: Settings): Every<RewardOptions, "form"> {
  return { iouThreshold: settings.iouThreshold, thinking: settings.thinking };
}

/** For `scoreRewards`: the completions of a question are scored together. */
export function scoreOptions(
  settings: Settings,
  signal: AbortSignal | undefined,
): Every<ScoreOptions> {
  return { together: settings.numGenerations, signal };
}

/** For `normaliseGroups`. */
export function normaliseOptions(settings: Settings): Every<NormaliseOptions> {
  return { numGenerations: settings.numGenerations, scale: settings.scaleRewards };
}

/** For `updatePolicy`, in a step. */
export function updateOptions(
  settings: Settings,
  step: number,
): Every<UpdatePolicyOptions> {
  return {
    step,
    learningRate: learningRate(step, scheduleOptions(settings)),
    temperature: settings.temperature,
    numIterations: settings.numIterations,
    maskTruncated: settings.maskTruncatedCompletions,
    lossType: settings.lossType,
    beta: settings.beta,
    epsilon: settings.epsilon,
    epsilonHigh: settings.epsilonHigh,
    maxCompletionLength: settings.maxCompletionLength,
  };
}

/** For `learningRate`. */
export function scheduleOptions(settings: Settings): Every<ScheduleOptions> {
  return {
    lrSchedulerType: settings.lrSchedulerType,
    learningRate: settings.learningRate,
    warmupSteps: settings.warmupSteps,
    steps: settings.steps,
    minLrRate: settings.minLrRate,
  };
}

/**
 * For `evaluate` and `answerQuestions`.
 *
 * @param asked What is not a setting, or is not the same in each evaluation of a run.
 */
export function evaluateOptions(
  settings: Settings,
  asked:
    & Pick<
      EvaluateOptions,
      "rewards" | "prompts" | "present" | "banNoObjects" | "rolloutBatchSize"
    >
    & Partial<Pick<EvaluateOptions, "samples" | "targetKinds">>,
): Every<EvaluateOptions> {
  return {
    samples: asked.samples ?? settings.evalSamples,
    temperature: settings.evalTemperature,
    topK: settings.topK,
    topP: settings.topP,
    maxCompletionLength: settings.maxCompletionLength,
    rolloutBatchSize: asked.rolloutBatchSize,
    seed: settings.seed,
    profile: settings.profile,
    iouThreshold: settings.iouThreshold,
    rewards: asked.rewards,
    targetKinds: asked.targetKinds,
    rewardWeights: settings.rewardWeights,
    protocol: settings.protocol,
    present: asked.present,
    prompts: asked.prompts,
    banNoObjects: asked.banNoObjects,
    thinking: settings.thinking,
  };
}

/** For `askPresence`: it asks as an evaluation does. */
export function presenceOptions(
  settings: Settings,
  { prompts, rolloutBatchSize }: Pick<AskPresenceOptions, "prompts" | "rolloutBatchSize">,
): Every<AskPresenceOptions> {
  return {
    samples: settings.evalSamples,
    temperature: settings.evalTemperature,
    topK: settings.topK,
    topP: settings.topP,
    maxCompletionLength: settings.maxCompletionLength,
    rolloutBatchSize,
    badWords: badWords(settings),
    seed: settings.seed,
    prompts,
  };
}

/** The settings that `policyOptions` reads. */
export type PolicySettings =
  & Pick<
    Settings,
    | "seed"
    | "microBatchSize"
    | "freezeVision"
    | "loraR"
    | "loraAlpha"
    | "loraTargetModules"
    | "maxGradNorm"
    | "weightDecay"
    | "adamBeta1"
    | "adamBeta2"
    | "adamEpsilon"
  >
  & Partial<Pick<Settings, "minPixels" | "maxPixels" | "workers">>;

/**
 * For `openPolicy`, except the folder of the adapter and the name of the model, which settings
 * name indirectly.
 *
 * @param reference Keep a frozen copy of the weights for the KL divergence.
 */
export function policyOptions(
  settings: PolicySettings,
  reference: boolean,
): Every<PolicyOptions, "adapter" | "modelName"> {
  const { loraR: r, loraAlpha: alpha, loraTargetModules: targetModules } = settings;
  return {
    optimizer: {
      beta1: settings.adamBeta1,
      beta2: settings.adamBeta2,
      epsilon: settings.adamEpsilon,
      weightDecay: settings.weightDecay,
      maxGradNorm: settings.maxGradNorm,
    },
    freezeVision: settings.freezeVision,
    pixels: { minPixels: settings.minPixels, maxPixels: settings.maxPixels },
    lora: r > 0 ? { r, alpha, targetModules } : undefined,
    reference,
    microBatchSize: settings.microBatchSize,
    workers: settings.workers ?? "auto",
    seed: settings.seed,
  };
}

/** Texts that are not drawn: without thinking, the opening tag of a think block. */
function badWords({ thinking }: Settings): readonly string[] {
  return thinking ? [] : NO_THINKING;
}
