import * as v from "npm:valibot@1.5.0";
import {
  PROFILE_CHOICES,
  type ProfileChoice,
} from "../../stages/reward/choose_rewards.ts";
import type { LossType } from "../../stages/gradient/grpo_loss.ts";
import { nearestName } from "../../data/nearest_name.ts";
import { type Protocol, PROTOCOLS } from "../../stages/evaluate/protocol.ts";
import { SCHEDULES } from "../../stages/gradient/learning_rate.ts";
import {
  choice,
  count,
  list,
  maybe,
  maybeCount,
  maybeNumber,
  number,
  repeated,
  type Setting,
  share,
  text,
  toggle,
  weights,
} from "./setting.ts";

/** All settings of a run, checked and complete. Defaults stand in `SETTINGS`. */
export interface Settings {
  /**
   * A model in the published Qwen2-VL layout: a folder, or `owner/name[@revision]` of the Hub;
   * "emoji" is the embedded one.
   */
  readonly model: string;
  /** What to learn from: `emoji:TASK,option=value,…` or `KIND:PATH,option=value,…`. */
  readonly data: string;
  /** Data whose held-out questions are asked in place of those of `data`. */
  readonly testData: string | undefined;
  /** What a picture that cannot be read does: end the run, or be left out of it and counted. */
  readonly onBadImage: "error" | "skip";
  /** Optimiser steps, all sittings together. */
  readonly steps: number;
  /** Of the data's choice and order, of samples and of fresh adapters. */
  readonly seed: number;
  /** Area that a smaller picture is enlarged to; absent: the model's. */
  readonly minPixels: number | undefined;
  /** Area that a larger picture is shrunk to; absent: the model's. */
  readonly maxPixels: number | undefined;
  /** What computes; "auto" takes the native engine where it is installed, else wasm. */
  readonly backend: "auto" | "native" | "wasm";
  /** Whether answers have thoughts in front: prompts, sampling and the format reward follow. */
  readonly thinking: boolean;
  /** The rewards' reading of an answer; "none" leaves the caller's own rewards alone. */
  readonly profile: ProfileChoice;
  /** IoU that a box must exceed to count as found in the rewards of detection. */
  readonly iouThreshold: number;
  /** Paths of modules with rewards of the caller's own: see `loadRewards`. */
  readonly reward: readonly string[];
  /**
   * Seconds that a reward of a module may take for one answer before the run is stopped: such
   * modules run in a worker. 0: no limit, and in this thread.
   */
  readonly rewardTimeout: number;
  /** Folder of the run, new or empty; absent: `runs/<time>-<task>`. */
  readonly out: string | undefined;
  /** Folder of a run or of a checkpoint to go on from, under its settings. */
  readonly resume: string | undefined;
  /** What of a solution is learnt: the answer, or the reasoning text that the data holds too. */
  readonly targets: "answer" | "full";
  /** The highest learning rate. */
  readonly learningRate: number;
  /** The course of the learning rate after warm-up. */
  readonly lrSchedulerType: (typeof SCHEDULES)[number];
  /** Steps over which the learning rate rises. */
  readonly warmupSteps: number;
  /** Share of the learning rate that is left at the last step, 0 to 1. */
  readonly minLrRate: number;
  /** Questions a step. */
  readonly batchSize: number;
  /** Completions in one pass of an update: memory grows with it, results do not change. */
  readonly microBatchSize: number;
  /** Completions per question, G. */
  readonly numGenerations: number;
  /** Questions sampled together: memory grows with it. */
  readonly rolloutBatchSize: number;
  /** Tokens of a completion, the end token included. */
  readonly maxCompletionLength: number;
  /** Divides the logits in sampling; above 0. */
  readonly temperature: number;
  /** Sample from the k likeliest tokens; 0: from all. */
  readonly topK: number;
  /** Sample from the smallest set of tokens of this probability. */
  readonly topP: number;
  /** How token losses are averaged. */
  readonly lossType: LossType;
  /** Weight of the KL divergence to the model as it was given; 0 keeps no copy of it. */
  readonly beta: number;
  /** The spread that divides the advantages. */
  readonly scaleRewards: "group" | "batch" | "none";
  /** Clip range of the ratio below 1; counts with more than one update a batch. */
  readonly epsilon: number;
  /** Clip range above 1; absent: `epsilon`. */
  readonly epsilonHigh: number | undefined;
  /** Updates on the same completions. */
  readonly numIterations: number;
  /** No loss for completions that the length limit cut off. */
  readonly maskTruncatedCompletions: boolean;
  /** Weights of rewards by name; 1 where none is given. */
  readonly rewardWeights: Readonly<Record<string, number>>;
  /** Global norm to clip the gradient to; 0: none. */
  readonly maxGradNorm: number;
  /** Of AdamW, as the next three. */
  readonly weightDecay: number;
  readonly adamBeta1: number;
  readonly adamBeta2: number;
  readonly adamEpsilon: number;
  /** Leave the vision tower as it is. */
  readonly freezeVision: boolean;
  /** PEFT adapter to start from and train: a folder, or `owner/name[@revision]` of the Hub. */
  readonly adapter: string | undefined;
  /** Rank of LoRA adapters; 0: train the weights themselves. */
  readonly loraR: number;
  /** Scale of LoRA adapters, times r. */
  readonly loraAlpha: number;
  /** Layers with LoRA adapters: names, patterns, "all-linear" or /REGEX/; see `loraTargets`. */
  readonly loraTargetModules: readonly string[];
  /** Steps between evaluations; 0: before the first step and after the last only. */
  readonly evalSteps: number;
  /** Held-out questions of an evaluation; 0: no evaluation at all. */
  readonly evalSamples: number;
  /** Temperature of an evaluation; 0: greedy. */
  readonly evalTemperature: number;
  /** Which detection questions an evaluation asks. */
  readonly protocol: Protocol;
  /**
   * Data whose held-out questions are asked once after the last step, each as `NAME=SPEC`: what
   * else was learnt, or forgotten.
   */
  readonly probe: readonly string[];
  /**
   * A control: detection is kept from answering 'No Objects', in an evaluation or, of a run, in
   * a last one more.
   */
  readonly banNoObjects: boolean;
  /** File of the present categories; read where there is one, else made and written. */
  readonly existMap: string | undefined;
  /** File of answers to be scored in place of a model's. */
  readonly predictions: string | undefined;
  /** File of the truth that `predictions` are scored against. */
  readonly annotations: string | undefined;
  /** Steps between checkpoints; 0: only when interrupted. */
  readonly saveSteps: number;
  /**
   * The newest checkpoints that are kept, at least 1; the one with the best held-out figure is
   * kept beside them.
   */
  readonly saveTotalLimit: number;
  /**
   * Take code, places to write to and data from a file: the reward modules that a resumed run
   * names, what --config says, the data of a manifest. Without it the command line has to name
   * them.
   */
  readonly trustCode: boolean;
  /** Resume although model, data or version changed since the checkpoint; recorded in the run. */
  readonly acceptChanges: boolean;
  /** Serves a live page of the run on 127.0.0.1 while it goes on. */
  readonly watch: boolean;
  /** Of the live page; 0 takes any that is free. */
  readonly watchPort: number;
  /** Folder for TensorBoard's event files, a folder a run in it; absent: none are written. */
  readonly tensorboard: string | undefined;
}

/** The name of a setting. */
export type SettingName = keyof Settings;

const everywhere = ["train", "sft", "evaluate"] as const;
const training = ["train", "sft"] as const;
const sampling = ["train"] as const;
const copying = ["sft"] as const;
const looking = ["train", "evaluate"] as const;
const evaluating = ["evaluate"] as const;

const BACKENDS = ["auto", "native", "wasm"] as const;
const LOSS_TYPES = ["grpo", "bnpo", "dr_grpo", "dapo"] as const satisfies LossType[];
const BAD_IMAGES = ["error", "skip"] as const;
const TARGETS = ["answer", "full"] as const;
const SCALES = ["group", "batch", "none"] as const;

/** Every setting by name, with its default: the only place where a default is written. */
export const SETTINGS: {
  readonly [Name in SettingName]: Setting<Settings[Name]>;
} = {
  model: text(
    "emoji",
    "model folder, owner/name[@revision] of the Hub, or emoji: the embedded one",
    everywhere,
  ),
  data: text(
    "emoji:classification,artist=openmoji,categories=20,shots=4",
    "what to learn from: emoji:TASK or KIND:PATH, then ,option=value,…",
    everywhere,
  ),
  testData: maybe(
    "data whose held-out questions are asked instead of --data's",
    training,
  ),
  onBadImage: choice(
    BAD_IMAGES,
    "error",
    "what a picture that cannot be read does",
    everywhere,
  ),
  steps: count(60, 0, "optimiser steps", training),
  seed: count(0, 0, "of data, samples and adapters", everywhere),
  minPixels: maybeCount(
    "area that pictures are enlarged to (default: the model's)",
    everywhere,
  ),
  maxPixels: maybeCount(
    "area that pictures are shrunk to (default: the model's)",
    everywhere,
  ),
  backend: choice(
    BACKENDS,
    "auto",
    "what computes; auto takes the fastest there is",
    everywhere,
  ),
  thinking: toggle("answers have thoughts in front", everywhere, true),
  profile: choice(
    PROFILE_CHOICES,
    "hardened",
    "the rewards' reading of an answer",
    everywhere,
  ),
  iouThreshold: share(0.5, "IoU that a box must exceed to earn as found", looking),
  reward: list([], "modules of your own rewards, beside the profile's", everywhere),
  rewardTimeout: number(
    60,
    0,
    86_400,
    "seconds that such a reward may take for an answer; 0: no limit",
    everywhere,
  ),
  out: maybe(
    "folder of the run, new or empty (default: runs/<time>-<task>)",
    training,
  ),
  resume: maybe("run or checkpoint folder to go on from, with its settings", training),
  targets: choice(TARGETS, "answer", "what of a solution is learnt", copying),
  learningRate: number(3e-4, 0, Infinity, "highest learning rate", training),
  lrSchedulerType: choice(SCHEDULES, "linear", "course of the learning rate", training),
  warmupSteps: count(5, 0, "steps over which the learning rate rises", training),
  minLrRate: number(0.1, 0, 1, "share of the learning rate left at the end", training),
  batchSize: count(16, 1, "questions a step", training),
  microBatchSize: count(128, 1, "completions in one pass of an update", training),
  numGenerations: count(8, 2, "completions per question, G", sampling),
  rolloutBatchSize: count(16, 1, "questions sampled together", everywhere),
  maxCompletionLength: count(64, 1, "tokens of a completion, at most", everywhere),
  temperature: number(1.3, 0, Infinity, "of sampling; the paper: 1", sampling),
  topK: count(0, 0, "sample from the k likeliest tokens; 0: from all", looking),
  topP: number(1, 0, 1, "sample from the likeliest tokens of this probability", looking),
  lossType: choice(LOSS_TYPES, "grpo", "how token losses are averaged", sampling),
  beta: number(0.04, 0, 1e6, "weight of the KL divergence to the start", sampling),
  scaleRewards: choice(SCALES, "group", "spread that divides the advantages", sampling),
  epsilon: number(0.2, 0, 1, "clip range of the ratio below 1", sampling),
  epsilonHigh: maybeNumber("clip range above 1 (default: epsilon)", sampling),
  numIterations: count(1, 1, "updates on the same completions", sampling),
  maskTruncatedCompletions: toggle("no loss for completions that were cut off", sampling),
  rewardWeights: weights("weights of rewards by name; 1 where none is given", everywhere),
  maxGradNorm: number(1, 0, Infinity, "norm to clip the gradient to; 0: none", training),
  weightDecay: number(0, 0, Infinity, "of AdamW", training),
  adamBeta1: number(0.9, 0, 1, "of AdamW", training),
  adamBeta2: number(0.99, 0, 1, "of AdamW", training),
  adamEpsilon: number(1e-8, 0, Infinity, "of AdamW", training),
  freezeVision: toggle("leave the vision tower as it is", training),
  adapter: maybe("PEFT adapter to start from: folder or name on the Hub", everywhere),
  loraR: count(0, 0, "rank of LoRA adapters; 0: train the weights themselves", training),
  loraAlpha: number(32, 0, Infinity, "scale of LoRA adapters, times r", training),
  loraTargetModules: list(
    ["q_proj", "v_proj"],
    "layers with LoRA adapters: names, patterns with *, all-linear, /REGEX/",
    training,
  ),
  evalSteps: count(0, 0, "steps between evaluations; 0: before and after", training),
  evalSamples: count(200, 0, "held-out questions of an evaluation", everywhere),
  evalTemperature: number(0, 0, Infinity, "of evaluation; 0: greedy", everywhere),
  protocol: choice(
    PROTOCOLS,
    "all",
    "which detection questions an evaluation asks",
    everywhere,
  ),
  probe: repeated(
    "NAME=DATA to be asked once at the end: what else was learnt",
    training,
  ),
  banNoObjects: toggle(
    "a control: judge detection kept from answering 'No Objects' (of a run: too)",
    everywhere,
  ),
  existMap: maybe(
    "file of present categories: read, or made where there is none",
    evaluating,
  ),
  predictions: maybe(
    "answers to score: results of COCO or LVIS, or completions.jsonl",
    evaluating,
  ),
  annotations: maybe(
    "truth for --predictions: instances.json of COCO or LVIS",
    evaluating,
  ),
  saveSteps: count(20, 0, "steps between checkpoints; 0: when interrupted", training),
  saveTotalLimit: count(2, 1, "newest checkpoints kept, beside the best one", training),
  trustCode: toggle(
    "run code, write to places and open data that a file names",
    everywhere,
  ),
  acceptChanges: toggle(
    "resume although model, data or version changed since",
    training,
  ),
  watch: toggle("show the run in a live page on this machine", training),
  watchPort: count(8421, 0, "port of the live page; 0: any that is free", training),
  tensorboard: maybe("folder for TensorBoard's event files", training),
};

/** Settings of one sitting: they say nothing of the steps, and a resumed run may have others. */
export const OF_A_SITTING: readonly string[] = [
  "out",
  "resume",
  "watch",
  "watchPort",
  "tensorboard",
  "trustCode",
  "acceptChanges",
] satisfies SettingName[];

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
  const settings = resolved as unknown as Settings;
  if (settings.temperature === 0) {
    throw new RangeError(
      "--temperature must be above 0: without chance a group's completions are all equal; " +
        "for greedy evaluation set --eval-temperature 0",
    );
  }
  if (settings.targets === "full" && !settings.thinking) {
    throw new RangeError(
      "--targets full does not go with --thinking false: it learns thoughts; leave one out",
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
