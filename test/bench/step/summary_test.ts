import assert from "node:assert/strict";
import type { Measured } from "../../../bench/step/measured.ts";
import type { Spent } from "../../../bench/step/phase_clock.ts";
import { summaryOf } from "../../../bench/step/summary.ts";

const spent = (seconds: number): Spent => ({
  seconds,
  cpuSeconds: 2 * seconds,
  operations: 100 * seconds,
});

const measured: Measured = {
  shape: "A",
  engine: "wasm: made up",
  parameters: 10,
  trained: { parameters: 10, adapters: 0 },
  flops: { decode: 6e9, optimiser: 2e9 },
  rate: { gflops: 8, gflopsPerCpuSecond: 4 },
  load: spent(1),
  steps: [
    [["decode", spent(90)], ["sampling", spent(9)]],
    [["decode", spent(1)], ["sampling", spent(1)]],
    [["decode", spent(2)], ["sampling", spent(4)]],
    [["decode", spent(3)]],
  ],
  warmUp: 1,
  tokens: 30,
  peak: { load: 2 ** 30, rollout: 2 ** 31, update: 2 ** 29 },
  loadAverage: 0,
};

Deno.test("figures are medians of the steps after the warm-up, of each phase and of the whole", () => {
  const { phases, step, tokensPerSecond, firstStepSeconds, peakGiB } = summaryOf(
    measured,
  );
  assert.deepEqual(phases, [
    {
      ...{ phase: "decode", seconds: 2, cpuSeconds: 4, operations: 200 },
      // 6 GFLOP in 4 CPU seconds, where matrices get 4 a second.
      ...{ gflop: 6, gflops: 3, ofMatmul: 6 / 4 / 4 },
    },
    { phase: "sampling", seconds: 1, cpuSeconds: 2, operations: 100 },
  ]);
  // Steps take 2, 6 and 3 seconds.
  assert.deepEqual(
    [step.seconds, step.gflop, tokensPerSecond, firstStepSeconds],
    [3, 8, 10, 99],
  );
  assert.deepEqual(peakGiB, { load: 1, rollout: 2, update: 0.5 });
});
