import type { Box } from "../../data/geometry/box.ts";
import type { RgbImage } from "../../data/pictures/image.ts";
import type { Target } from "../../data/questions/question.ts";
import type {
  ConfigRecord,
  EvaluationRecord,
  StepRecord,
} from "../../pipeline/run_folder/metrics.ts";
import { resolveSettings } from "../../pipeline/settings/settings.ts";
import type { Advantaged, Group } from "../../stages/records.ts";

export const config: ConfigRecord = {
  type: "config",
  version: "0.1.0",
  task: "train",
  seed: 0,
  backend: "wasm",
  engine: "a bandit",
  model: "emoji",
  data: {
    describe: "cats & dogs",
    train: {},
    heldOut: {},
    sha256: { train: "", heldOut: "" },
  },
  settings: resolveSettings({ steps: 4, evalSamples: 2 }),
  rewards: {},
  run: "/runs/mine",
};

export const step = (number: number, reward = number / 2): StepRecord => ({
  type: "step",
  step: number,
  reward,
  loss: 0,
  grad_norm: 1,
  learning_rate: 1,
  num_tokens: 1,
  step_time: 2,
});

export const evaluation = (step: number, accuracy: number): EvaluationRecord => ({
  type: "evaluation",
  step,
  split: "held-out",
  protocol: "all",
  figures: { questions: 2, accuracy },
});

/** What one completion of a made-up group says and earns. */
export interface Said {
  readonly text: string;
  readonly reward: number;
  readonly boxes?: readonly Box[];
}

export function group(
  step: number,
  id: string,
  said: readonly Said[],
  target: Target = { kind: "classification", label: "cat" },
  images: readonly RgbImage[] = [],
): Group {
  const question = { id, images, prompt: "What is it?", target };
  const completions = said.map(({ text, reward, boxes = [] }, index): Advantaged => ({
    id: `${step}/${id}/${index}`,
    step,
    question,
    index,
    text,
    tokenIds: [],
    logProbs: [],
    finish: "stop",
    policyVersion: step - 1,
    answer: {
      text,
      wellFormed: true,
      answerAlone: false,
      noObjects: false,
      detections: boxes.map((box) => ({ box })),
    },
    rewards: { accuracy: reward },
    reward,
    advantage: reward - 1,
  }));
  return { question, completions, rewardMean: 1, rewardStd: 0.5 };
}
