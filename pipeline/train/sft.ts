import type { Observable } from "npm:rxjs@7.8.2";
import type { MetricsRecord } from "../run_folder/metrics.ts";
import type { SettingsInput } from "../settings/settings.ts";
import { startRun } from "./start_run.ts";
import type { TrainParts } from "./train_parts.ts";

/**
 * Supervised fine-tuning on the same questions as `train`, as a baseline for it.
 *
 * It learns the target alone, `<answer>…</answer>`: the same information that `train` has. With
 * the setting `targets: "full"` the reasoning text of a question, if it has one, comes first as
 * `<think>…</think>`. Settings, records, run folder and hazards are those of `train`, without
 * those of sampling.
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
