import { concatMap, defer, type Observable } from "rxjs";
import type { MetricsRecord } from "./metrics.ts";
import type { RunParts } from "./open_run.ts";
import { runSettings } from "./run_settings.ts";
import type { SettingsInput } from "./settings.ts";

/**
 * A run with those who look on, as its settings say: the live page of `watch`, the event files
 * of `tensorboard`. They are loaded where they are wanted only.
 *
 * @param start Starts the run itself.
 */
export function withOnlookers(
  input: SettingsInput,
  parts: RunParts,
  start: (parts: RunParts) => Observable<MetricsRecord>,
): Observable<MetricsRecord> {
  return defer(async () => {
    const { settings: { watch, watchPort, tensorboard } } = await runSettings(input);
    const logged = tensorboard === undefined
      ? start
      : await logs(tensorboard).then((log) => (parts: RunParts) =>
        start(parts).pipe(log)
      );
    if (!watch) return logged(parts);
    const { watchRun } = await import("./watch/watch_run.ts");
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
  const { tensorBoard } = await import("./tensorboard/tensor_board.ts");
  return tensorBoard(folder);
}
