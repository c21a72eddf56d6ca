import type { Schedule } from "./schedule.ts";

/** One stage of pre-training. */
export interface Stage {
  readonly name:
    | "warm-up"
    | "second warm-up"
    | "supervised"
    | "boxes"
    | "sharp eyes"
    | "sharp answers"
    | "sharper answers";
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
  /** Weight of the coordinate tokens. */
  readonly coordinateWeight: number;
  /** Weight of the distances to an object's sides and, in answers, of its box. */
  readonly boxWeight: number;
  /** The token embeddings stay as they are: for a vision tower whose reader is trained. */
  readonly wordsFrozen: boolean;
  /** Visual tokens learn the coordinate tokens of their box's corners. */
  readonly corners: boolean;
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
    coordinateWeight: 1,
    boxWeight: 2,
    wordsFrozen: false,
    corners: false,
    presenceQuestions: 0,
    presenceRows: false,
  };
  const answers = {
    ...base,
    pictures: 16,
    weightDecay: 0.05,
    questions: true,
    presenceQuestions: 32,
  };
  const sharpAnswers = {
    ...answers,
    presenceWeight: 4,
    coordinateWeight: 2,
    boxWeight: 10,
    corners: true,
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
      ...answers,
      name: "supervised",
      schedule: { steps: steps(1405), peak: 1.5e-3, warmUp: steps(200), floor: 0.1 },
      curriculum: 0.15,
    },
    {
      ...sharpAnswers,
      name: "boxes",
      schedule: { steps: steps(1300), peak: 1.5e-3, warmUp: steps(50), floor: 0.02 },
      curriculum: 0.15,
      boxWeight: base.boxWeight,
    },
    {
      ...base,
      name: "sharp eyes",
      schedule: { steps: steps(700), peak: 1e-3, warmUp: steps(30), floor: 0.2 },
      pictures: 32,
      weightDecay: 0.02,
      questions: false,
      boxWeight: 20,
      wordsFrozen: true,
    },
    {
      ...sharpAnswers,
      name: "sharp answers",
      schedule: { steps: steps(900), peak: 1.2e-3, warmUp: steps(30), floor: 0.02 },
    },
    {
      ...sharpAnswers,
      name: "sharper answers",
      schedule: { steps: steps(1000), peak: 1.2e-3, warmUp: steps(30), floor: 0.02 },
    },
  ];
}
