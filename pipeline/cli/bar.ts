import { SingleBar } from "npm:cli-progress@3.12.0";

/** A bar on standard error. */
export interface Bar {
  /**
   * Draws the bar as far as the work has come.
   *
   * @param fields What the format has between braces.
   * @param from Where the work began; the first call counts.
   */
  show(done: number, total: number, fields?: Record<string, string>, from?: number): void;
  /** Leaves the last state on the terminal; `show` begins a new bar below. */
  stop(): void;
}

/**
 * A bar that is drawn from the first `show` on, and not at all if standard error is no terminal.
 *
 * @param format As cli-progress has it: `{bar} {value}/{total} {eta_formatted}`.
 * @param etaBuffer The last calls of `show` that the time left is worked out from.
 */
export function newBar(format: string, etaBuffer = 20): Bar {
  let bar: SingleBar | undefined;
  return {
    show(done, total, fields = {}, from = 0) {
      if (bar === undefined) {
        bar = new SingleBar({
          ...{ format, etaBuffer, barsize: 20, hideCursor: true, noTTYOutput: false },
          ...{ barCompleteChar: "█", barIncompleteChar: "░" },
        });
        bar.start(total, from, fields);
      }
      bar.update(done, fields);
    },
    stop() {
      bar?.stop();
      bar = undefined;
    },
  };
}
