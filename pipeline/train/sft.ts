import type { Observable } from "npm:rxjs@7.8.2";
import type { MetricsRecord } from "../run_folder/metrics.ts";
import type { SettingsInput } from "../settings/settings.ts";
import { startRun } from "./start_run.ts";
import type { TrainParts } from "./train_parts.ts";

/**
 * Supervised fine-tuning on the same questions as `train`, as the thing to compare it with.
 *
 * The label is the target alone, `<answer>…</answer>`: what `train` learns from, and no more. With
 * the setting `targets` "full" the reasoning text that the data holds goes in front,
 * `<think>…</think>`; a question without one gets the answer alone.
 * Settings, records, run folder and hazards are those of `train`, less what concerns sampling.
 *
 * @example
 * ```ts
 * import { fineTune } from "./sft.ts";
 *
 * function watch() {
 *   return fineTune({ steps: 20 }).subscribe((record) => {
 *     if (record.type === "step") record.loss; // falls
 *   });
 * }
 * ```
 */
export function fineTune(
  settings: SettingsInput = {},
  parts: TrainParts = {},
): Observable<MetricsRecord> {
  return startRun("sft", settings, parts);
}
