/**
 * The messages between a policy and the workers that compute for it. Numbers travel in shared
 * memory, and as buffers: see `SharedPrompt`.
 *
 * @module
 */
import type { LoraAdapter } from "../../adapter/peft.ts";
import type { Qwen2VlConfig } from "../../model/qwen2_vl/config.ts";
import type { Generated, GenerateOptions } from "../generate.ts";
import type { TokenStatistics } from "../policy.ts";
import type { PolicyOptions } from "../policy_options.ts";
import type { SharedPrompt } from "./shared_prompt.ts";
import type { SharedTensors } from "./shared_tensors.ts";

/** The data that a worker starts with: what `startLearner` takes. */
export interface WorkerData {
  readonly config: Qwen2VlConfig;
  readonly options: PolicyOptions;
  /** All parameters of the model as it was opened; the worker copies them. */
  readonly opened: SharedTensors;
  /** The adapter that learning starts from. */
  readonly adapter?: LoraAdapter;
  /** The parameters that learn, rewritten after each step. */
  readonly trained: SharedTensors;
  /** Room for a micro-batch's gradients. */
  readonly gradients: SharedTensors;
  /** 32-bit integers: see {@linkcode CONTROL}. */
  readonly control: SharedArrayBuffer;
}

/** Indices of `control`, by which a worker is reached while it computes. */
export const CONTROL = {
  /** The task that is aborted, by its id, with all before it. */
  aborted: 0,
  /** Of the loss: one of {@linkcode LOSS}. */
  loss: 1,
} as const;

/** Where the loss of a micro-batch is: the worker waits until it is no longer awaited. */
export const LOSS = { awaited: 0, known: 1, failed: 2 } as const;

/** What all tasks have. */
interface TaskOf<Kind extends string> {
  readonly kind: Kind;
  /** Tasks of a worker are numbered from 1. */
  readonly id: number;
  /** Number of times that the shared parameters have been rewritten. */
  readonly version: number;
  readonly prompts: readonly SharedPrompt[];
  /** Vision features of the prompts, 32-bit floats; `undefined` where they are not known. */
  readonly features: readonly (SharedArrayBuffer | undefined)[];
}

/** Draw continuations of prompts. */
export interface SampleTask extends TaskOf<"sample"> {
  readonly options: Omit<GenerateOptions, "key">;
  /** `GenerateOptions.key` of each prompt. */
  readonly keys: readonly (readonly number[])[];
}

/** Compute the gradients of a micro-batch. */
export interface LearnTask extends TaskOf<"learn"> {
  /** Of each prompt. */
  readonly completions: readonly (readonly (readonly number[])[])[];
  readonly temperature: number;
  readonly reference: boolean;
  /** Room for the loss's gradient, a 32-bit float for each token. */
  readonly lossGradients: SharedArrayBuffer;
}

/** To the worker. */
export type Task = SampleTask | LearnTask;

/** From the worker, with vision features that it has computed. */
export interface Sampled {
  readonly id: number;
  readonly groups: readonly Generated[][];
  readonly features: Task["features"];
}

/** From the worker, which now waits for the loss. */
export interface Statistics {
  readonly id: number;
  readonly statistics: readonly TokenStatistics[];
}

/** From the worker: the gradients are in shared memory. */
export interface Learnt {
  readonly id: number;
  readonly numTokens: number;
  /** Parameters that have a gradient. */
  readonly names: readonly string[];
  readonly features: Task["features"];
}

/** From the worker; id 0: it could not start. */
export interface Failed {
  readonly id: number;
  readonly error: { readonly name: string; readonly message: string };
}

/** From the worker, once, before all others. */
export interface Ready {
  readonly id: 0;
  readonly ready: true;
}

/** From the worker. */
export type Reply = Ready | Sampled | Statistics | Learnt | Failed;
