import { join } from "node:path";
import type { Question, QuestionSource, Target } from "../../data/questions/question.ts";
import { dataManifest } from "../../pipeline/run_folder/data_manifest.ts";
import type { DataSets } from "../../pipeline/open/data_sets.ts";

/** The texts of a run that come from outside. */
export interface Texts {
  readonly model: string;
  readonly data: string;
  /** A setting's value. */
  readonly setting: string;
  readonly alarm: string;
  readonly reward: string;
  readonly figure: string;
  readonly split: string;
  readonly category: string;
  readonly prompt: string;
  readonly answer: string;
}

/** Harmless ones. */
export const TEXTS: Texts = {
  model: "a/model",
  data: "made:data",
  setting: "text",
  alarm: "kl_blow_up",
  reward: "iou",
  figure: "other",
  split: "probe",
  category: "cat",
  prompt: "Detect all cats",
  answer: "No cat",
};

/** How a run is made. */
export interface MadeRun {
  readonly texts?: Partial<Texts>;
  readonly task?: "train" | "sft";
  readonly steps?: number;
  /** Of the answers after the last step, in the order of the questions; before all are 1. */
  readonly after?: readonly number[];
}

/** Pictures of 40 x 20 pixels, each question's of a grey of its own. */
export function madeData(questions: number, category = "cat"): DataSets {
  const heldOut: QuestionSource = {
    name: "made",
    size: questions,
    manifest: { made: questions, prompts: "short", artists: ["openmoji"] },
    question: (i) => Promise.resolve(madeQuestion(i, category)),
  };
  return { train: heldOut, heldOut, describe: "made" };
}

function madeQuestion(i: number, category: string): Question {
  const data = new Uint8Array(40 * 20 * 3).fill(i * 20);
  return {
    id: `made/${i}`,
    images: [{ width: 40, height: 20, data }],
    prompt: `Detect all ${category}s`,
    target: targetOf(category),
  };
}

function targetOf(category: string): Target {
  const boxes = [{ x1: 100, y1: 200, x2: 300, y2: 400 }];
  return { kind: "detection", category, boxes };
}

/** Writes the folder of a run of two evaluations, as `train` would. */
export async function madeRun(
  folder: string,
  { texts: own = {}, task = "train", steps = 10, after = [1.5, 0.5, 1] }: MadeRun = {},
): Promise<void> {
  const texts = { ...TEXTS, ...own };
  await Deno.mkdir(folder, { recursive: true });
  const { train, heldOut } = madeData(after.length, texts.category);
  const manifest = dataManifest({ data: texts.data, seed: 0 }, { train, heldOut });
  const figures = (reward: number) => ({
    ...{ questions: after.length, reward, map: reward / 4 },
    [texts.figure]: 0.5,
  });
  const evaluation = { type: "evaluation", protocol: "all" };
  const held = { ...evaluation, split: "held-out" };
  const course = Array.from({ length: steps }, (_, i) => ({
    ...{ type: "step", step: i + 1, reward: 1 + i / steps, kl: i === 2 ? null : i / 100 },
    [`rewards/${texts.reward}/mean`]: i / steps,
    ...{ loss: 0.5, grad_norm: 1, learning_rate: 1e-4, num_tokens: 9, step_time: 1 },
  }));
  const mean = after.reduce((a, b) => a + b, 0) / after.length;
  await writeLines(folder, "metrics.jsonl", [
    {
      ...{ type: "config", version: "0.1.0", task, seed: 0, backend: "wasm" },
      ...{ engine: "wasm", model: texts.model, rewards: {} },
      data: { describe: texts.data, train: {}, heldOut: {}, sha256: manifest.sha256 },
      settings: { steps, model: texts.model, adapter: texts.setting },
    },
    { ...held, step: 0, figures: figures(1) },
    ...course,
    { type: "alarm", name: texts.alarm, step: 1, message: texts.alarm },
    { ...held, step: steps, figures: figures(mean) },
    { ...evaluation, split: texts.split, step: steps, figures: figures(1) },
    { type: "done", before: {}, after: {}, seconds: 61, run: folder },
  ]);
  await Deno.writeTextFile(join(folder, "manifest.json"), JSON.stringify(manifest));
  const answers = [after.map(() => 1), after].flatMap((rewards, i) =>
    rewards.map((reward, question) => ({
      ...{ id: "", step: i * steps, split: "held-out", question: `made/${question}` },
      ...{ prompt: texts.prompt, target: targetOf(texts.category), tokens: 9 },
      text: `<think></think><answer>${texts.answer}</answer>`,
      ...{ rewards: { [texts.reward]: reward }, reward },
    }))
  );
  await writeLines(folder, "answers.jsonl", answers);
  const completions = course.flatMap(({ step, reward }) =>
    [0, 1].map((index) => ({ step, reward: reward + index / 8 }))
  );
  await writeLines(folder, "completions.jsonl", task === "sft" ? [] : completions);
}

/** Writes a file of JSON lines. */
export async function writeLines(
  folder: string,
  name: string,
  values: readonly unknown[],
): Promise<void> {
  const lines = values.map((value) => JSON.stringify(value) + "\n");
  await Deno.writeTextFile(join(folder, name), lines.join(""));
}
