import type { Observable } from "npm:rxjs@7.8.2";
import type { MetricsRecord } from "../run_folder/metrics.ts";
import type { SettingsInput } from "../settings/settings.ts";
import { startRun } from "./start_run.ts";
import type { TrainParts } from "./train_parts.ts";

/**
 * Reinforcement fine-tuning with GRPO, as a cold Observable: subscribing starts a run in a
 * folder of its own, and a second subscriber starts a second run. Use `share()` for several
 * subscribers to one run.
 *
 * The records are those of `MetricsRecord`: `config` first, `step` once a step, `evaluation`
 * before, after and in between, `done` last. The stages of a step are the body of `grpoStep`.
 *
 * Unsubscribing stops sampling between two tokens and keeps only what is in the run folder;
 * `parts.stop` ends a run with a checkpoint.
 *
 * @param settings Settings that differ from the defaults; see `SETTINGS`.
 * @throws {Error} As an error of the stream, before anything is written: settings, model or data
 * cannot be used.
 *
 * @example
 * ```ts
 * import { train } from "./train.ts";
 *
 * function watch() {
 *   return train({ steps: 20, learningRate: 1e-4 }).subscribe((record) => {
 *     if (record.type === "step") record.reward; // rises
 *   });
 * }
 * ```
 */
export function train(
  settings: SettingsInput = {},
  parts: TrainParts = {},
): Observable<MetricsRecord> {
  return startRun("train", settings, parts);
}
