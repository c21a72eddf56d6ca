import type { SettingsInput } from "../settings/settings.ts";

/** The methods that are compared: the model as it is, supervised and reinforcement fine-tuning. */
export const METHODS: readonly Method[] = ["baseline", "sft", "rft"];

/** One of `METHODS`. */
export type Method = "baseline" | "sft" | "rft";

/** A method with a learning rate. */
export type TrainedMethod = Exclude<Method, "baseline">;

/** The figures that methods are chosen and compared by. */
export type Metric = "map" | "accuracy" | "grounding_mean_iou";

/** One amount of training data. */
export interface Arm {
  /** "4-shot", or "all" if shots are not counted. */
  readonly label: string;
  /** Training images a category, if they are counted. */
  readonly shots?: number;
  /** As the setting `data`, without `part`. */
  readonly data: string;
  /** As the setting `testData`: what is asked, if that is not the data's own held-out side. */
  readonly testData?: string;
}

/** All that decides the runs of an experiment. */
export interface ExperimentPlan {
  /** One of `EXPERIMENT_NAMES`. */
  readonly name: string;
  /** A line on what is asked. */
  readonly title: string;
  /** The figure that methods are compared by. */
  readonly metric: Metric;
  /** As the setting `model`. */
  readonly model: string;
  /** The figures come from runs of these seeds. */
  readonly seeds: readonly number[];
  /** Learning rates are chosen by runs of this one. */
  readonly tuningSeed: number;
  /** What is compared, one amount of training data each. */
  readonly arms: readonly Arm[];
  /** The arm, by its label, at which learning rates are chosen. */
  readonly tuningArm: string;
  /** Learning rates to choose from. */
  readonly learningRates: Readonly<
    Record<Exclude<Method, "baseline">, readonly number[]>
  >;
  /** As the setting `probe`: what else is asked at the end. */
  readonly probes: readonly string[];
  /** Of all runs, but for data, seed, learning rate and folder. */
  readonly settings: SettingsInput;
  /** Keys of `PAPER_TABLES`. */
  readonly paper: readonly string[];
}
