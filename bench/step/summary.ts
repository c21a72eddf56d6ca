import { median } from "../median.ts";
import type { Measured } from "./measured.ts";
import type { Spent } from "./phase_clock.ts";

/** A phase, or a whole step: medians over the steps that count. */
export interface PhaseFigures extends Spent {
  readonly phase: string;
  /** Billions of floating-point operations, by arithmetic; absent where there are hardly any. */
  readonly gflop?: number;
  /** Of the wall time. */
  readonly gflops?: number;
  /** Share of the engine's own rate for matrices, both in a second of a processor. */
  readonly ofMatmul?: number;
}

/** What a shape's steps take. */
export interface Summary {
  readonly shape: string;
  readonly engine: string;
  readonly parameters: number;
  /** A whole step. */
  readonly step: PhaseFigures;
  /** In the order in which a step has them. */
  readonly phases: readonly PhaseFigures[];
  /** Sampled tokens a second, of the wall time of a whole step. */
  readonly tokensPerSecond: number;
  /** Wall time of loading the model. */
  readonly loadSeconds: number;
  /** Wall time of the first step, in which an engine compiles. */
  readonly firstStepSeconds: number;
  readonly evaluation?: Spent & { readonly questions: number };
  /** GiB resident at most, by part. */
  readonly peakGiB: Measured["peak"];
  readonly matmul: Measured["rate"];
  readonly loadAverage: number;
}

/** Summarises what was measured. */
export function summaryOf(measured: Measured): Summary {
  const { shape, engine, parameters, rate, flops, load, peak } = measured;
  const counted = measured.steps.slice(measured.warmUp).map((step) => new Map(step));
  const names = [...new Set(counted.flatMap((step) => [...step.keys()]))];
  const totals = measured.steps.map((step) => sum(step.map(([, spent]) => spent)));
  const figures = (phase: string, spent: readonly Spent[], flop: number | undefined) => {
    const { seconds, cpuSeconds, operations } = medians(spent);
    const gflop = flop === undefined ? undefined : flop / 1e9;
    return {
      ...{ phase, seconds, cpuSeconds, operations },
      ...gflop !== undefined && {
        gflop,
        gflops: gflop / seconds,
        ofMatmul: gflop / cpuSeconds / rate.gflopsPerCpuSecond,
      },
    };
  };
  const step = figures(
    "step",
    totals.slice(measured.warmUp),
    Object.values(flops).reduce((a, b) => a + b),
  );
  const nothing = { seconds: 0, cpuSeconds: 0, operations: 0 };
  return {
    ...{ shape, engine, parameters, step },
    phases: names.map((name) =>
      figures(name, counted.map((step) => step.get(name) ?? nothing), flops[name])
    ),
    tokensPerSecond: measured.tokens / step.seconds,
    loadSeconds: load.seconds,
    firstStepSeconds: totals[0]!.seconds,
    evaluation: measured.evaluation,
    peakGiB: {
      load: peak.load / 2 ** 30,
      rollout: peak.rollout / 2 ** 30,
      update: peak.update / 2 ** 30,
    },
    matmul: rate,
    loadAverage: measured.loadAverage,
  };
}

function sum(all: readonly Spent[]): Spent {
  return all.reduce((a, b) => ({
    seconds: a.seconds + b.seconds,
    cpuSeconds: a.cpuSeconds + b.cpuSeconds,
    operations: a.operations + b.operations,
  }));
}

function medians(all: readonly Spent[]): Spent {
  return {
    seconds: median(all.map(({ seconds }) => seconds)),
    cpuSeconds: median(all.map(({ cpuSeconds }) => cpuSeconds)),
    operations: median(all.map(({ operations }) => operations)),
  };
}
