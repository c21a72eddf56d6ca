import { concatAll, concatMap, defer, finalize, type Observable } from "npm:rxjs@7.8.2";
import { beginRun } from "../run/begin_run.ts";
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
    concatMap((begun) =>
      defer(async () => {
        await parts.onSettings?.(begun.settings);
        return withOnlookers(
          begun.settings,
          parts,
          (parts) => run(task, begun, parts),
        );
      }).pipe(concatAll(), finalize(() => begun.lock?.release()))
    ),
  );
}
