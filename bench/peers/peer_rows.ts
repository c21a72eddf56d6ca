import { median } from "../median.ts";

/** Steps of a program in one of its turns. */
export interface PeerRun {
  readonly program: string;
  /** Those that count. */
  readonly steps: readonly { readonly seconds: number; readonly cpuSeconds: number }[];
  /** Resident at most. */
  readonly peakBytes: number;
}

/** A program's figures beside those of the first. */
export interface PeerRow {
  readonly program: string;
  /** Median of a step. */
  readonly seconds: number;
  /** Median of a step, of all processors. */
  readonly cpuSeconds: number;
  /** The most of all turns. */
  readonly peakGiB: number;
  /** Seconds as a multiple of the first program's. */
  readonly timesOurs: number;
  /** CPU seconds as a multiple of the first program's. */
  readonly cpuTimesOurs: number;
}

/** One row a program, in the order of their first turns; steps of all turns count alike. */
export function peerRows(runs: readonly PeerRun[]): PeerRow[] {
  const programs = [...new Set(runs.map(({ program }) => program))];
  const figures = programs.map((program) => {
    const turns = runs.filter((run) => run.program === program);
    const steps = turns.flatMap((run) => run.steps);
    return {
      program,
      seconds: median(steps.map(({ seconds }) => seconds)),
      cpuSeconds: median(steps.map(({ cpuSeconds }) => cpuSeconds)),
      peakGiB: Math.max(...turns.map(({ peakBytes }) => peakBytes)) / 2 ** 30,
    };
  });
  return figures.map((one) => ({
    ...one,
    timesOurs: one.seconds / figures[0]!.seconds,
    cpuTimesOurs: one.cpuSeconds / figures[0]!.cpuSeconds,
  }));
}
