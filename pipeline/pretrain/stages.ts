import type { Schedule } from "./schedule.ts";

/** One stage of pre-training. */
export interface Stage {
  readonly name: "warm-up" | "second warm-up" | "supervised" | "presence";
  readonly schedule: Schedule;
  /** Pictures a step. */
  readonly pictures: number;
  readonly weightDecay: number;
  /** Question blocks on the pictures; without them the vision tower trains alone. */
  readonly questions: boolean;
  /** Share of the steps over which single-object scenes go from all to their usual share. */
  readonly curriculum: number;
  /** Weight of the token that says whether there is anything to find. */
  readonly presenceWeight: number;
  /** Presence questions without a picture, a step. */
  readonly presenceQuestions: number;
  /** False: only as many of them as fit beside the questions on pictures, at no cost. */
  readonly presenceRows: boolean;
}

/**
 * The stages, in their order: see (twice, since one decay of the rate left half of the cells
 * wrong), answer, and look up whether the asked name is among the names seen.
 *
 * @param scale Multiplies the number of steps.
 */
export function stages(scale: number): readonly Stage[] {
  const steps = (count: number) => Math.max(1, Math.round(count * scale));
  const base = {
    curriculum: 0,
    presenceWeight: 1,
    presenceQuestions: 0,
    presenceRows: false,
  };
  return [
    {
      ...base,
      name: "warm-up",
      schedule: { steps: steps(1190), peak: 2e-3, warmUp: steps(100), floor: 0.1 },
      pictures: 32,
      weightDecay: 0.02,
      questions: false,
    },
    {
      ...base,
      name: "second warm-up",
      schedule: { steps: steps(1200), peak: 1.5e-3, warmUp: steps(40), floor: 0.05 },
      pictures: 32,
      weightDecay: 0.02,
      questions: false,
    },
    {
      ...base,
      name: "supervised",
      schedule: { steps: steps(1405), peak: 1.5e-3, warmUp: steps(200), floor: 0.1 },
      pictures: 16,
      weightDecay: 0.05,
      questions: true,
      curriculum: 0.15,
      presenceQuestions: 32,
    },
    {
      ...base,
      name: "presence",
      schedule: { steps: steps(543), peak: 1e-3, warmUp: steps(30), floor: 0.02 },
      pictures: 16,
      weightDecay: 0.05,
      questions: true,
      presenceWeight: 4,
      presenceQuestions: 96,
      presenceRows: true,
    },
  ];
}
