/**
 * The messages between a worker of rewards and the thread that asks it.
 *
 * @module
 */
import type { Case } from "./detached_rewards.ts";
import type { Judgement } from "./judge_answer.ts";

/** The data that a worker starts with. */
export interface WorkerData {
  /** Paths of modules of rewards, relative to the working folder. */
  readonly paths: readonly string[];
  /** Shared: see {@linkcode PLACE}. */
  readonly progress: Int32Array;
}

/**
 * Indices of `progress`, where a worker writes its place before it calls anything, since it can send
 * no message while that runs.
 */
export const PLACE = {
  /** Number of calls and of finished messages. */
  calls: 0,
  /** Index of the case that is judged or of the module that is loaded; −1: idle. */
  item: 1,
  /** Index of the reward that judges it, in the case's names. */
  name: 2,
} as const;

/** To the worker. */
export interface Question {
  readonly id: number;
  readonly cases: readonly Case[];
}

/** From the worker: the names of each module's rewards, once; an error of one; judgements. */
export type Reply =
  | { readonly loaded: readonly (readonly string[])[] }
  | { readonly error: { readonly name: string; readonly message: string } }
  | { readonly id: number; readonly judgements: readonly Judgement[] };
