import type { Schedule } from "./cosine_rate.ts";

/** One stage of pre-training. */
export interface Stage {
  readonly name: "see" | "answer" | "answer better" | "answer best";
  readonly schedule: Schedule;
  /** Images a step. */
  readonly pictures: number;
  readonly weightDecay: number;
  /** Question blocks on the images; without them the vision tower trains alone. */
  readonly questions: boolean;
  /** Share of the steps over which single-object scenes go from all to their usual share. */
  readonly curriculum: number;
}

/**
 * The stages, in their order: learn to see, then to answer. The rate rises again with every
 * stage, which pays more than one long decay.
 *
 * @param scale Multiplies the number of steps.
 */
export function stages(scale: number): readonly Stage[] {
  const schedule = (steps: number, warmUp: number, peak: number, floor: number) => ({
    steps: Math.max(1, Math.round(steps * scale)),
    warmUp: Math.max(1, Math.round(warmUp * scale)),
    peak,
    floor,
  });
  const answer = { pictures: 16, weightDecay: 0.05, questions: true, curriculum: 0 };
  return [
    {
      name: "see",
      schedule: schedule(2000, 100, 2e-3, 0.05),
      pictures: 32,
      weightDecay: 0.02,
      questions: false,
      curriculum: 0,
    },
    {
      ...answer,
      name: "answer",
      schedule: schedule(1600, 150, 1.5e-3, 0.1),
      curriculum: 0.15,
    },
    { ...answer, name: "answer better", schedule: schedule(1600, 30, 1.2e-3, 0.02) },
    { ...answer, name: "answer best", schedule: schedule(1400, 30, 1.2e-3, 0.02) },
  ];
}
