/**
 * What a worker of rewards and the thread that asks it say to each other.
 *
 * @module
 */
import type { Case } from "./detached_rewards.ts";
import type { Judgement } from "./judge_answer.ts";

/** What a worker begins with. */
export interface WorkerData {
  /** Paths of modules of rewards, relative to the working folder. */
  readonly paths: readonly string[];
  /** Shared: see {@linkcode PLACE}. */
  readonly progress: Int32Array;
}

/**
 * Where a worker is, in `progress`: it writes there before it calls anything, since it can say
 * nothing while that runs.
 */
export const PLACE = {
  /** Goes up with each call, and when a message is done. */
  calls: 0,
  /** Of the case that is judged, or of the module that is loaded, in its list; −1: at rest. */
  item: 1,
  /** Of the reward that judges it, in the case's names. */
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
