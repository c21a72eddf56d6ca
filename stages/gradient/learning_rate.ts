/** The shape of a learning-rate schedule after its warm-up. */
export type Schedule = "linear" | "cosine" | "constant";

/** The names of the schedules. */
export const SCHEDULES: readonly Schedule[] = ["linear", "cosine", "constant"];

/** What the learning rate of a step depends on. */
export interface ScheduleOptions {
  /** Shape of the way down after the warm-up. */
  readonly lrSchedulerType: Schedule;
  /** The highest rate. */
  readonly learningRate: number;
  /** Steps over which the rate rises linearly from 0. */
  readonly warmupSteps: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** What is left at the last step, as a share of `learningRate`. */
  readonly minLrRate: number;
}

/**
 * The learning rate of a step, with η the highest rate, W the warm-up, N the steps, m the floor:
 *
 *   s < W:   η · s / W
 *   else     η · (m + (1 − m) · f(p)),   p = (s − V) / (N − V),   V = max(W, 1),
 *
 * where f(p) is 1 − p (linear), (1 + cos πp) / 2 (cosine) or 1 (constant). The first step after
 * warm-up has the whole rate, the last one the floor.
 *
 * @param step From 1 to N.
 * @returns In [0, η].
 *
 * @example
 * ```ts
 * import { learningRate } from "./learning_rate.ts";
 *
 * const options = {
 *   lrSchedulerType: "linear",
 *   learningRate: 1,
 *   warmupSteps: 2,
 *   steps: 4,
 *   minLrRate: 0,
 * } as const;
 * [1, 2, 3, 4].map((step) => learningRate(step, options)); // [0.5, 1, 0.5, 0]
 * ```
 */
export function learningRate(step: number, options: ScheduleOptions): number {
  const { lrSchedulerType, learningRate: highest, warmupSteps, steps, minLrRate } =
    options;
  if (step < warmupSteps) return highest * step / warmupSteps;
  const start = Math.max(warmupSteps, 1);
  const progress = steps > start ? Math.min(1, (step - start) / (steps - start)) : 0;
  return highest * (minLrRate + (1 - minLrRate) * shape(lrSchedulerType, progress));
}

function shape(type: Schedule, progress: number): number {
  switch (type) {
    case "linear":
      return 1 - progress;
    case "cosine":
      return (1 + Math.cos(Math.PI * progress)) / 2;
    case "constant":
      return 1;
  }
}
