/** Memory that a run of the embedded model takes at most, with its runtime. */
export const RUN_BYTES = 1.5 * 2 ** 30;

/**
 * How many runs of a model go side by side if the caller does not say: one a core, as far as memory
 * goes. A published model is as large as it is, and trains alone.
 *
 * @param model As the setting `model`.
 * @param memory Bytes that are free.
 *
 * @example
 * ```ts
 * import { sideBySide } from "./side_by_side.ts";
 *
 * sideBySide("emoji", 4, 32 * 2 ** 30); // 4
 * sideBySide("emoji", 4, 4 * 2 ** 30); // 2
 * sideBySide("Qwen/Qwen2-VL-2B-Instruct", 4, 32 * 2 ** 30); // 1
 * ```
 */
export function sideBySide(model: string, cores: number, memory: number): number {
  if (model !== "emoji") return 1;
  return Math.max(1, Math.min(cores, Math.floor(memory / RUN_BYTES)));
}
