import { nearestName } from "../../data/nearest_name.ts";
import type { SettingsInput } from "../settings/settings.ts";
import type { Arm, ExperimentPlan, Metric, TrainedMethod } from "./plan.ts";

/** An experiment, independent of model and data. */
interface Experiment {
  readonly title: string;
  readonly metric: Metric;
  /** Training images a category, one arm each. Default: the experiment's. */
  readonly shots?: readonly number[];
  readonly paper: readonly string[];
  /** On the embedded model and images. */
  readonly embedded: {
    readonly data: string;
    /** As the setting `testData`. Default: the experiment's, with its own data. */
    readonly testData?: string;
    readonly probes: readonly string[];
    readonly learningRates: ExperimentPlan["learningRates"];
    readonly settings?: SettingsInput;
  };
  /** The paper's settings, for a published model. */
  readonly published?: SettingsInput;
}

/** What a caller may choose. */
export interface ExperimentChoice {
  /** As the setting `model`. Default: the embedded one. */
  readonly model?: string;
  /** As the setting `data`, without shots. Default: the embedded images. */
  readonly data?: string;
  /** As the setting `testData`. Default: the experiment's, with its own data. */
  readonly testData?: string;
  /** Training images a category, one arm each. Default: the experiment's. */
  readonly shots?: readonly number[];
  /** Seeds of the runs. Default: 0, 1 and 2. */
  readonly seeds?: readonly number[];
  /** Learning rates to choose from. Default: the experiment's. */
  readonly learningRates?: Partial<ExperimentPlan["learningRates"]>;
  /** Any settings of a run; they override the experiment's. */
  readonly settings?: SettingsInput;
}

const RATES = { sft: [1e-5, 3e-5, 1e-4, 3e-4], rft: [1e-4, 2e-4] };
const TEN = "cat+dog+bus+train+house+clock+bicycle+umbrella+apple+owl";
const EIGHT = "bus+train+cat+dog+house+clock+bicycle+umbrella";
const SIX = "tiger+ambulance+lemon+palm tree+robot+trophy";
/** An option of data: questions to hold out, one half to choose by, one to report. */
const HELD_OUT_OPTION = "held-out=600";
const KNOWN_DETECTION = "emoji:detection,artist=known,absent=0.5";

/** The paper's experiments by name. */
const EXPERIMENTS: Readonly<Record<string, Experiment>> = {
  "few-shot-classification": {
    title: "Naming twenty things as an artist never seen draws them",
    metric: "accuracy",
    shots: [1, 2, 4, 8, 16],
    paper: ["few_shot_classification"],
    embedded: {
      data: `emoji:classification,artist=openmoji,categories=20,${HELD_OUT_OPTION}`,
      probes: ["known artists=emoji:classification,artist=known"],
      learningRates: { ...RATES, rft: [2e-4, 3e-4] },
    },
  },
  "few-shot-detection": {
    title: "Finding eight things that the model knows, better",
    metric: "map",
    shots: [4, 16],
    paper: ["few_shot_detection_coco"],
    embedded: {
      data:
        `emoji:detection,artist=known,categories=${EIGHT},absent=0.5,${HELD_OUT_OPTION}`,
      probes: [`all names=${KNOWN_DETECTION}`],
      learningRates: RATES,
    },
  },
  "rare-detection": {
    title: "Finding six things that the model can name and was never asked to find",
    metric: "map",
    shots: [10],
    paper: ["few_shot_detection_lvis"],
    embedded: {
      data:
        `emoji:detection,artist=known,categories=${SIX},absent=0.5,${HELD_OUT_OPTION}`,
      probes: [`all names=${KNOWN_DETECTION}`],
      learningRates: RATES,
    },
  },
  "style-detection": {
    title: "Finding ten things as an artist never seen draws them",
    metric: "map",
    shots: [4, 16],
    paper: ["out_of_domain_detection_monster_girls"],
    embedded: {
      data:
        `emoji:detection,artist=openmoji,categories=${TEN},absent=0.5,${HELD_OUT_OPTION}`,
      probes: [
        "all names of the artist=emoji:detection,artist=openmoji,absent=0.5",
        `known artists=${KNOWN_DETECTION}`,
      ],
      learningRates: RATES,
    },
  },
  "grounding": {
    title: "Finding the one thing that a sentence means",
    metric: "grounding_mean_iou",
    paper: ["reasoning_grounding_lisa"],
    embedded: {
      // The paper trains on 239 images of LISA.
      data: `emoji:grounding,artist=openmoji,size=239,${HELD_OUT_OPTION}`,
      probes: ["known artists=emoji:grounding,artist=known"],
      learningRates: RATES,
    },
    published: { steps: 500 },
  },
  "open-vocabulary": {
    title: "Learning from 65 names, asked for 15 others",
    metric: "map",
    paper: ["open_vocabulary_coco", "open_vocabulary_lvis"],
    embedded: {
      data: "emoji:detection,artist=known,categories=base,size=1000,absent=0.5",
      testData:
        `emoji:detection,artist=known,categories=novel,absent=0.5,${HELD_OUT_OPTION}`,
      probes: [`names learnt=${KNOWN_DETECTION}`],
      learningRates: RATES,
    },
  },
};

/** The names of the experiments. */
export const EXPERIMENT_NAMES: readonly string[] = Object.keys(EXPERIMENTS);

/** Of runs on the embedded model; the rest are the defaults of `SETTINGS`. */
const EMBEDDED: SettingsInput = {
  steps: 60,
  evalSamples: 300,
  saveSteps: 30,
};

/** The paper's settings (section 4.1), with its data loader's questions made a batch of 8. */
const PUBLISHED: SettingsInput = {
  steps: 200,
  batchSize: 8,
  numGenerations: 8,
  temperature: 1,
  beta: 0.04,
  lrSchedulerType: "linear",
  warmupSteps: 0,
  minLrRate: 0,
  maxCompletionLength: 512,
  evalSamples: 500,
};
const PUBLISHED_RATES = { sft: [1e-6, 1e-5], rft: [1e-6] };

/** Seeds of the figures, and the one that learning rates are chosen with. */
const SEEDS = [0, 1, 2];
const TUNING_SEED = 100;

/**
 * The runs of an experiment, as data.
 *
 * Without `choice` it is the embedded model on embedded images. Another model takes the paper's
 * settings (200 steps, 500 for grounding; G 8, temperature 1, beta 0.04, learning rate 1e-6).
 *
 * @throws {RangeError} If there is no such experiment, shots are given to one that
 * does not count them, or no seed or learning rate is left.
 * @throws {TypeError} If another model is given without data.
 *
 * @example
 * ```ts
 * import { planExperiment } from "./experiments.ts";
 *
 * const { arms } = planExperiment("few-shot-detection", { shots: [4] });
 * arms.map(({ label }) => label); // ["4-shot"]
 * ```
 */
export function planExperiment(
  name: string,
  choice: ExperimentChoice = {},
): ExperimentPlan {
  const experiment = Object.hasOwn(EXPERIMENTS, name) ? EXPERIMENTS[name] : undefined;
  if (experiment === undefined) {
    const near = nearestName(name, EXPERIMENT_NAMES);
    throw new RangeError(
      `There is no experiment ${JSON.stringify(name)}: ` +
        (near ? `did you mean ${near}?` : `there are ${EXPERIMENT_NAMES.join(", ")}`),
    );
  }
  const { title, metric, paper, embedded } = experiment;
  const { model = "emoji", data = embedded.data, seeds = SEEDS } = choice;
  const isOwnData = choice.data !== undefined;
  if (model !== "emoji" && !isOwnData) {
    throw new TypeError(
      `model ${model} needs option data: the embedded images are for the embedded model`,
    );
  }
  const testData = isOwnData ? choice.testData : choice.testData ?? embedded.testData;
  const rates = model === "emoji" ? embedded.learningRates : PUBLISHED_RATES;
  const arms = armsOf(name, experiment, choice, data, testData);
  const learningRates = { ...rates, ...definedOf(choice.learningRates) };
  if (seeds.length === 0 || learningRates.sft.length * learningRates.rft.length === 0) {
    throw new RangeError("An experiment needs at least one seed and one learning rate");
  }
  return {
    name,
    title,
    metric,
    model,
    seeds,
    tuningSeed: TUNING_SEED,
    arms,
    tuningArm: arms[Math.floor((arms.length - 1) / 2)]!.label,
    learningRates,
    probes: isOwnData ? [] : embedded.probes,
    settings: {
      ...model === "emoji"
        ? { ...EMBEDDED, ...embedded.settings }
        : { ...PUBLISHED, ...experiment.published },
      ...choice.settings,
    },
    paper,
  };
}

function armsOf(
  name: string,
  experiment: Experiment,
  { shots = experiment.shots }: ExperimentChoice,
  data: string,
  testData: string | undefined,
): Arm[] {
  if (experiment.shots === undefined) {
    if (shots === undefined) return [{ label: "all", data, testData }];
    throw new RangeError(`${name} does not count shots: it learns from all of its data`);
  }
  if (shots!.length === 0 || /[,]shots=/.test(data)) {
    throw new RangeError(
      `Give the shots of ${name} by option shots, as in 4,8, and not in option data`,
    );
  }
  return shots!.map((count) => ({
    label: `${count}-shot`,
    shots: count,
    data: `${data},shots=${count}`,
    testData,
  }));
}

function definedOf(rates: Partial<Record<TrainedMethod, readonly number[]>> = {}) {
  return Object.fromEntries(
    Object.entries(rates).filter(([, values]) => values !== undefined),
  );
}
