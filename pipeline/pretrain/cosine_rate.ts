/** How the learning rate moves over a stage. */
export interface Schedule {
  readonly steps: number;
  /** At the end of the warm-up. */
  readonly peak: number;
  /** Steps of linear warm-up. */
  readonly warmUp: number;
  /** Share of the peak at the last step, the end of the cosine. */
  readonly floor: number;
}

/**
 * Learning rate at a step: a line from 0 up to the peak, then a cosine down to the floor.
 *
 * @param step In [0, steps).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cosineRate } from "./cosine_rate.ts";
 *
 * const schedule = { steps: 100, peak: 1, warmUp: 10, floor: 0.1 };
 * assert.equal(cosineRate(4, schedule), 0.5);
 * assert.equal(cosineRate(9, schedule), 1);
 * ```
 */
export function cosineRate(step: number, schedule: Schedule): number {
  const { steps, peak, warmUp, floor } = schedule;
  if (step < warmUp) return peak * (step + 1) / warmUp;
  const progress = Math.min(1, (step - warmUp) / Math.max(1, steps - warmUp));
  return peak * (floor + (1 - floor) * (1 + Math.cos(Math.PI * progress)) / 2);
}
