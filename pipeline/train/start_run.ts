import { concatMap, defer, finalize, type Observable } from "npm:rxjs@7.8.2";
import { beginRun, type BegunRun } from "../run/begin_run.ts";
import { run } from "../run/run.ts";
import type { MetricsRecord } from "../run_folder/metrics.ts";
import type { SettingsInput } from "../settings/settings.ts";
import { withOnlookers } from "./onlookers.ts";
import type { TrainParts } from "./train_parts.ts";

/** A run, with the live page and TensorBoard's files if its settings ask for them. */
export function startRun(
  task: "train" | "sft",
  input: SettingsInput,
  parts: TrainParts,
): Observable<MetricsRecord> {
  return defer(() => beginRun(input)).pipe(
    concatMap((begun) => continueRun(task, begun, parts)),
  );
}

/** What follows the reading of a run's settings, see {@linkcode startRun}; its lock is released. */
export function continueRun(
  task: "train" | "sft",
  begun: BegunRun,
  parts: TrainParts,
): Observable<MetricsRecord> {
  return withOnlookers(begun.settings, parts, (parts) => run(task, begun, parts)).pipe(
    finalize(() => begun.lock?.release()),
  );
}
