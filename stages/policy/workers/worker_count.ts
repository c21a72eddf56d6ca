import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { freeMemory } from "../../engine/free_memory.ts";
import { PARTS } from "../micro_batches.ts";

/** Bytes that an engine and one pass through a small model take. */
const LEAST = 2 ** 28;

/** Times that a worker holds the weights: two orders, the engine's packing, gradients. */
const COPIES = 4;

/**
 * The number of threads that compute for a policy on this thread's backend. Engines but wasm use
 * all cores by themselves, and have one.
 *
 * @param asked "auto": see {@linkcode affordable}.
 * @param bytes Of the model's parameters.
 */
export function workerCount(asked: number | "auto", bytes: number): number {
  if (tf.getBackend() !== "wasm") return 1;
  if (asked !== "auto") return asked;
  return affordable(bytes, navigator.hardwareConcurrency, freeMemory());
}

/**
 * As many workers as there are cores, if their copies of the model fit into memory, and no more
 * than an update has parts; at least 1.
 *
 * @param bytes Of the model's parameters.
 * @param free Bytes of memory that can be had.
 */
export function affordable(bytes: number, cores: number, free: number): number {
  const room = Math.floor(free / (LEAST + COPIES * bytes));
  return Math.max(1, Math.min(cores, room, PARTS));
}
