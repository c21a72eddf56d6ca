import * as v from "valibot";
import { PROFILES } from "../stages/reward/profiles.ts";
import type { LossType } from "../stages/gradient/grpo_token_loss.ts";
import { nearestName } from "./nearest_name.ts";
import { SCHEDULES } from "./schedule.ts";
import {
  choice,
  count,
  list,
  maybe,
  maybeNumber,
  number,
  type Setting,
  text,
  toggle,
  weights,
} from "./setting.ts";

const everywhere = ["train", "sft", "evaluate"] as const;
const training = ["train", "sft"] as const;
const sampling = ["train"] as const;
const looking = ["train", "evaluate"] as const;

const BACKENDS = ["auto", "native", "wasm", "webgpu"] as const;
const LOSS_TYPES = ["grpo", "bnpo", "dr_grpo", "dapo"] as const satisfies LossType[];
const SCALES = ["group", "batch", "none"] as const;

/** Every setting by name, with its default: the only place where a default is written. */
export const SETTINGS = {
  model: text(
    "emoji",
    "folder of the model (published Qwen2-VL layout), or emoji: the embedded one",
    everywhere,
  ),
  data: text(
    "emoji:classification,artist=openmoji,categories=20,shots=4",
    "what to learn from: SOURCE:TASK,option=value,…",
    everywhere,
  ),
  steps: count(60, 0, "optimiser steps", training),
  seed: count(0, 0, "of data, samples and adapters", everywhere),
  backend: choice(
    BACKENDS,
    "auto",
    "what computes; auto takes the fastest there is",
    everywhere,
  ),
  profile: choice(PROFILES, "hardened", "the rewards' reading of an answer", everywhere),
  out: maybe(
    "folder of the run, new or empty (default: runs/<time>-<task>)",
    training,
  ),
  resume: maybe("run or checkpoint folder to go on from, with its settings", training),
  learningRate: number(3e-4, 0, Infinity, "highest learning rate", training),
  lrSchedulerType: choice(SCHEDULES, "linear", "course of the learning rate", training),
  warmupSteps: count(5, 0, "steps over which the learning rate rises", training),
  minLrRate: number(0.1, 0, 1, "share of the learning rate left at the end", training),
  batchSize: count(16, 1, "questions a step", training),
  microBatchSize: count(32, 1, "completions in one pass of an update", training),
  numGenerations: count(8, 2, "completions per question, G", sampling),
  rolloutBatchSize: count(16, 1, "questions sampled together", everywhere),
  maxCompletionLength: count(64, 1, "tokens of a completion, at most", everywhere),
  temperature: number(1, 0, Infinity, "of sampling; above 0", sampling),
  topK: count(0, 0, "sample from the k likeliest tokens; 0: from all", looking),
  topP: number(1, 0, 1, "sample from the likeliest tokens of this probability", looking),
  lossType: choice(LOSS_TYPES, "grpo", "how token losses are averaged", sampling),
  beta: number(0.01, 0, Infinity, "weight of the KL divergence to the start", sampling),
  scaleRewards: choice(SCALES, "group", "spread that divides the advantages", sampling),
  epsilon: number(0.2, 0, 1, "clip range of the ratio below 1", sampling),
  epsilonHigh: maybeNumber("clip range above 1 (default: epsilon)", sampling),
  numIterations: count(1, 1, "updates on the same completions", sampling),
  maskTruncatedCompletions: toggle("no loss for completions that were cut off", sampling),
  rewardWeights: weights("weights of rewards by name; 1 where none is given", sampling),
  maxGradNorm: number(1, 0, Infinity, "norm to clip the gradient to; 0: none", training),
  weightDecay: number(0, 0, Infinity, "of AdamW", training),
  adamBeta1: number(0.9, 0, 1, "of AdamW", training),
  adamBeta2: number(0.99, 0, 1, "of AdamW", training),
  adamEpsilon: number(1e-8, 0, Infinity, "of AdamW", training),
  freezeVision: toggle("leave the vision tower as it is", training),
  loraR: count(0, 0, "rank of LoRA adapters; 0: train the weights themselves", training),
  loraAlpha: number(32, 0, Infinity, "scale of LoRA adapters, times r", training),
  loraTargetModules: list(["q_proj", "v_proj"], "layers with LoRA adapters", training),
  evalSteps: count(0, 0, "steps between evaluations; 0: before and after", training),
  evalSamples: count(200, 0, "held-out questions of an evaluation", everywhere),
  evalTemperature: number(0, 0, Infinity, "of evaluation; 0: greedy", everywhere),
  saveSteps: count(20, 0, "steps between checkpoints; 0: when interrupted", training),
} as const;

/** The name of a setting. */
export type SettingName = keyof typeof SETTINGS;

/** All settings of a run, checked and complete: what each means stands in `SETTINGS`. */
export type Settings = {
  readonly [Name in SettingName]: (typeof SETTINGS)[Name] extends Setting<infer T> ? T
    : never;
};

/** Settings as a caller gives them; what is absent has its default. */
export type SettingsInput = Partial<Settings>;

/**
 * Lays settings over the defaults, later layers over earlier ones, and checks each.
 *
 * @throws {TypeError} Where a name is none of the settings; the message has the nearest one.
 * @throws {RangeError} Where a value is not what its setting takes.
 *
 * @example
 * ```ts
 * import { resolveSettings } from "./settings.ts";
 *
 * resolveSettings({ steps: 10 }, { steps: 20 }).steps; // 20
 * resolveSettings().numGenerations; // 8
 * ```
 */
export function resolveSettings(...layers: readonly SettingsInput[]): Settings {
  const resolved: Record<string, unknown> = {};
  for (const [name, { fallback }] of Object.entries(SETTINGS)) resolved[name] = fallback;
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer)) {
      if (value === undefined) continue;
      if (!Object.hasOwn(SETTINGS, name)) throw unknownSetting(name);
      resolved[name] = checked(name as SettingName, value);
    }
  }
  const settings = resolved as Settings;
  if (settings.temperature === 0) {
    throw new RangeError(
      "--temperature must be above 0: without chance a group's completions are all equal; " +
        "for greedy evaluation set --eval-temperature 0",
    );
  }
  return settings;
}

/** A setting's name as a flag: `numGenerations` is `--num-generations`. */
export function flagOf(name: string): string {
  return "--" + name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase());
}

function unknownSetting(name: string): TypeError {
  const near = nearestName(name, Object.keys(SETTINGS));
  const remedy = near
    ? `did you mean ${JSON.stringify(near)} (${flagOf(near)})?`
    : "--help lists all settings";
  return new TypeError(`There is no setting ${JSON.stringify(name)}: ${remedy}`);
}

function checked(name: SettingName, value: unknown): unknown {
  const result = v.safeParse(SETTINGS[name].schema, value);
  if (result.success) return result.output;
  const wanted = result.issues[0].message;
  throw new RangeError(`${flagOf(name)} must be ${wanted}: it is ${shown(value)}`);
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
