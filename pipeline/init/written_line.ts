import { canonicalJson } from "../../data/files/canonical_json.ts";
import type { Box } from "../../data/geometry/box.ts";
import type { Row } from "../../data/formats/rows.ts";
import type { TruthReader } from "../../data/formats/truth.ts";
import type { PromptTask } from "../../data/questions/prompt.ts";
import type { Target } from "../../data/questions/question.ts";
import { quoted } from "../../data/short_text.ts";

/** The prompts of questions that are written again: the tasks themselves, as JSON. */
export function taskAsPrompt(task: PromptTask): string {
  return JSON.stringify(task);
}

/** A question as a line of JSONL has it: what it says beside its image. */
export type WrittenLine = Readonly<Record<string, unknown>>;

/**
 * A question as a line of JSONL, with boxes from 0 to 1000.
 *
 * @param row Its prompt is that of {@linkcode taskAsPrompt}.
 * @param images Paths of the images, at least one.
 * @param readTruth What will read the line again: a solution is only written if it is read as the
 * same target.
 * @throws {RangeError} If no form of a line says the question: names its place.
 */
export function writtenLine(
  row: Row,
  images: readonly string[],
  readTruth: TruthReader,
): WrittenLine {
  const task: PromptTask = JSON.parse(row.prompt);
  const { id, system, reasoning, target, place, polygon } = row;
  const said = system === undefined
    ? truthOf(task, target, readTruth, polygon)
    : underSystem(system, task, target, readTruth);
  if (said !== undefined) {
    const image = images.length === 1 ? images[0] : images;
    return { id, image, ...said, ...reasoning !== undefined && { reasoning } };
  }
  throw new RangeError(
    `${place}: no form of a JSONL line says this question (a target of the kind ${
      quoted(target.kind)
    } under a prompt of the kind ${quoted(task.kind)}): train on the data as it is`,
  );
}

/** Only messages have a place for a system message. */
function underSystem(
  system: string,
  task: PromptTask,
  target: Target,
  readTruth: TruthReader,
): WrittenLine | undefined {
  const messages = (asked: string) => [
    { role: "system", content: system },
    { role: "user", content: asked },
  ];
  if (task.kind === "grounding" && target.kind === "grounding") {
    const solution = JSON.stringify(corners(target.box));
    return { messages: messages(task.instruction), solution };
  }
  if (task.kind !== "problem") return undefined;
  const solution = solutionOf(target, task.text, readTruth);
  return solution === undefined ? undefined : { messages: messages(task.text), solution };
}

function truthOf(
  task: PromptTask,
  target: Target,
  readTruth: TruthReader,
  polygon?: Row["polygon"],
): WrittenLine | undefined {
  if (task.kind === "detection" && target.kind === "detection") {
    return { category: target.category, boxes: target.boxes.map(corners) };
  }
  if (task.kind === "classification" && target.kind === "classification") {
    const { label, aliases } = target;
    return { label, ...aliases !== undefined && { aliases } };
  }
  if (task.kind === "grounding" && target.kind === "grounding") {
    return { instruction: task.instruction, box: corners(target.box) };
  }
  if (task.kind === "number" && target.kind === "number") {
    const { value, tolerance } = target;
    const near = tolerance !== undefined && { tolerance };
    return { problem: task.text, number: value, ...near };
  }
  if (task.kind === "text" && target.kind === "text") {
    return { problem: task.text, text: target.text };
  }
  if (task.kind === "choice" && target.kind === "choice") {
    return { problem: task.text, options: task.options, choice: target.choice };
  }
  if (task.kind === "point" && target.kind === "point") {
    const instruction = task.text;
    if (polygon !== undefined) return { instruction, point: { polygon } };
    if (target.mask === undefined) return { instruction, point: corners(target.box) };
  }
  if (task.kind !== "problem") return undefined;
  const problem = task.text;
  if (target.kind === "own") {
    return { problem, own: { name: target.name, truth: target.truth } };
  }
  const solution = solutionOf(target, problem, readTruth);
  return solution === undefined ? undefined : { problem, solution };
}

/** A text that is read as a target. */
function solutionOf(
  target: Target,
  problem: string,
  readTruth: TruthReader,
): string | undefined {
  const wanted = canonicalJson(target);
  return solutionsOf(target).find((text) => {
    try {
      return canonicalJson(readTruth(problem, text).target) === wanted;
    } catch {
      return false;
    }
  });
}

/** Texts that may say a target, the paper's form first. */
function solutionsOf(target: Target): readonly string[] {
  switch (target.kind) {
    case "detection": {
      const { boxes, category } = target;
      if (boxes.length === 0) {
        return ["<answer>No Objects</answer>", "<answer>[]</answer>"];
      }
      const items = (more: object) =>
        JSON.stringify(
          boxes.map((box) => ({ Position: corners(box), Confidence: 1, ...more })),
        );
      return [items({}), items({ label: category })].map(asAnswer);
    }
    case "grounding":
    case "point": {
      const [x1, y1, x2, y2] = corners(target.box);
      return [`<answer>(${x1},${y1}),(${x2},${y2})</answer>`];
    }
    // These are read from a solution if the option `truth` says so.
    case "number":
      return [asAnswer(String(target.value))];
    case "text":
      return [target.text, asAnswer(target.text)];
    case "choice":
      return [asAnswer(target.choice)];
    case "classification":
      return [target.label, asAnswer(target.label)];
    case "own":
      return [];
  }
}

function asAnswer(content: string): string {
  return `<answer>${content}</answer>`;
}

function corners({ x1, y1, x2, y2 }: Box): [number, number, number, number] {
  return [x1, y1, x2, y2];
}
