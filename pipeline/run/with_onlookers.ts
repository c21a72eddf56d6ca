import { concatMap, defer, type Observable } from "npm:rxjs@7.8.2";
import type { MetricsRecord } from "../run_folder/metrics.ts";
import type { RunParts } from "./open_run.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * A run with those who look on, as its settings say: the live page of `watch`, the event files
 * of `tensorboard`. They are loaded where they are wanted only.
 *
 * @param start Starts the run itself.
 */
export function withOnlookers(
  { watch, watchPort, tensorboard }: Settings,
  parts: RunParts,
  start: (parts: RunParts) => Observable<MetricsRecord>,
): Observable<MetricsRecord> {
  return defer(async () => {
    const logged = tensorboard === undefined
      ? start
      : await logs(tensorboard).then((log) => (parts: RunParts) =>
        start(parts).pipe(log)
      );
    if (!watch) return logged(parts);
    const { watchRun } = await import("../watch/watch_run.ts");
    return watchRun(({ onGroup }) =>
      logged({
        ...parts,
        onGroup(group) {
          parts.onGroup?.(group);
          onGroup(group);
        },
      }), { port: watchPort, onServing: parts.onWatch });
  }).pipe(concatMap((records) => records));
}

async function logs(folder: string) {
  const { tensorBoard } = await import("../tensorboard/tensor_board.ts");
  return tensorBoard(folder);
}
