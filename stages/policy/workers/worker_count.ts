import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { PARTS } from "../micro_batches.ts";

/** Bytes that an engine and one pass through a small model take. */
const LEAST = 2 ** 28;

/** Copies of the weights in a worker: itself, transposed, packed, gradients. */
const COPIES = 4;

/**
 * The number of threads that compute for a policy. Engines but wasm use all cores by themselves:
 * they have one.
 *
 * @param asked Default: as many as cores and memory allow, and an update has parts.
 * @param bytes Of the model's parameters.
 */
export function workerCount(
  asked: number | "auto" | undefined,
  bytes: number,
): number {
  if (tf.getBackend() !== "wasm") return 1;
  if (asked !== "auto") return asked ?? 1;
  const room = Math.floor(freeBytes() / (LEAST + COPIES * bytes));
  return Math.max(1, Math.min(navigator.hardwareConcurrency, room, PARTS));
}

function freeBytes(): number {
  try {
    return Deno.systemMemoryInfo().available;
  } catch {
    return Infinity; // not allowed to ask
  }
}
