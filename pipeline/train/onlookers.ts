import { concatAll, defer, type Observable } from "npm:rxjs@7.8.2";
import type { RunParts } from "../run/run_parts.ts";
import type { MetricsRecord } from "../run_folder/metrics.ts";
import type { Settings } from "../settings/settings.ts";
import type { TrainParts } from "./train_parts.ts";

/**
 * Shows a run on the live page (`watch`) and writes it to TensorBoard's event files
 * (`tensorboard`), as its settings say. Both are loaded only if they are used.
 *
 * @param start Starts the run itself.
 */
export function withOnlookers(
  { watch, watchPort, tensorboard }: Settings,
  { onWatch, ...parts }: TrainParts,
  start: (parts: RunParts) => Observable<MetricsRecord>,
): Observable<MetricsRecord> {
  return defer(async () => {
    const logged = tensorboard === undefined ? start : await withLog(tensorboard, start);
    if (!watch) return logged(parts);
    const { watchRun } = await import("../watch/watch_run.ts");
    return watchRun(({ onGroup }) =>
      logged({
        ...parts,
        onGroup(group) {
          parts.onGroup?.(group);
          onGroup(group);
        },
      }), { port: watchPort, onServing: onWatch });
  }).pipe(concatAll());
}

async function withLog(
  folder: string,
  start: (parts: RunParts) => Observable<MetricsRecord>,
) {
  const { tensorBoard } = await import("../tensorboard/tensor_board.ts");
  const log = tensorBoard(folder);
  return (parts: RunParts) => start(parts).pipe(log);
}
