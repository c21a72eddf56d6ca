import type { Progress } from "../checkpoint/checkpoint.ts";
import type { MetricsRecord } from "../run_folder/metrics.ts";
import { marksOf, type RunLines } from "./run_lines.ts";

/** What a run writes down as it goes, and how far it is: all that changes in its course. */
export interface Journal {
  /** How far the run is. */
  readonly progress: Progress;
  /**
   * Writes records to metrics.jsonl, and then takes over what is new in the run's progress.
   *
   * @returns The records.
   */
  write<R extends MetricsRecord>(
    records: readonly R[],
    news?: Partial<Progress>,
  ): Promise<readonly R[]>;
  /** Wall-clock seconds of the run so far, also those from before it was resumed. */
  seconds(): number;
}

/** The journal of a run that begins, or resumes, at `start`. Its clock starts now. */
export function openJournal(lines: RunLines, start: Progress): Journal {
  const began = performance.now();
  let progress = start;
  return {
    get progress() {
      return progress;
    },
    async write(records, news) {
      if (records.length > 0) await lines.metrics.append(records);
      progress = { ...progress, ...news, lines: marksOf(lines) };
      return records;
    },
    seconds: () => start.seconds + secondsSince(began),
  };
}

/** Seconds since a reading of `performance.now()`. */
export function secondsSince(began: number): number {
  return (performance.now() - began) / 1000;
}
