import type { Box } from "../../data/geometry/box.ts";
import { EMOJI_LABELS } from "../../data/emoji/categories.ts";
import { paperPrompt, type PromptTask } from "../../data/questions/prompt.ts";
import type { Target } from "../../data/questions/question.ts";
import { hashText, stream } from "../../data/random.ts";

/** A kind of target: all but those of the caller's own. */
export type Kind = Exclude<Target["kind"], "own">;

/** The kinds of targets, each of which has rewards of its own. */
export const KINDS: readonly Kind[] = [
  ...["detection", "classification", "grounding"] as const,
  ...["number", "text", "choice", "point"] as const,
];

/** What is known of a question without its image. */
export interface Asked {
  /** The words that a model would read. */
  readonly prompt: string;
  /** All labels that occur in the questions; the options of a choice, the first under "A". */
  readonly labels: readonly string[];
}

/** A question for an audit: what is asked, and the ground truth. */
export interface AuditQuestion {
  /** What an answer may know. */
  readonly asked: Asked;
  /** The ground truth. */
  readonly target: Extract<Target, { kind: Kind }>;
}

const LABELS = EMOJI_LABELS.names.slice(0, 24);
const DETECTED = "dog";
const OPTIONS = LABELS.slice(0, 4);
/** Counts are 0 to this, less 1. */
const COUNTS = 12;

/**
 * Questions of one kind without images: boxes and labels drawn by the seed. A quarter of the
 * detection questions have no object, the others one to four.
 *
 * @param size At least 8, so that the truth cannot be guessed.
 *
 * @example
 * ```ts
 * import { auditQuestions } from "./questions.ts";
 *
 * auditQuestions("grounding", 24, 0).length; // 24
 * ```
 */
export function auditQuestions(
  kind: Kind,
  size: number,
  seed: number,
): readonly AuditQuestion[] {
  const next = stream(seed, hashText(`audit/${kind}`));
  const prompt = paperPrompt(taskOf(kind));
  const labels = kind === "choice" ? OPTIONS : LABELS;
  return Array.from({ length: size }, (_, i): AuditQuestion => ({
    asked: { prompt, labels },
    target: targetOf(kind, i, next),
  }));
}

function taskOf(kind: Kind): PromptTask {
  switch (kind) {
    case "detection":
      return { kind, category: DETECTED };
    case "classification":
      return { kind };
    case "grounding":
      return { kind, instruction: "the animal left of the car" };
    case "number":
      return { kind, text: "How many animals are there?" };
    case "text":
      return { kind, text: "What is written on the sign?" };
    case "choice":
      return { kind, text: "Which animal is there?", options: OPTIONS };
    case "point":
      return { kind, text: "Point at the animal left of the car." };
  }
}

function targetOf(kind: Kind, i: number, next: () => number): AuditQuestion["target"] {
  switch (kind) {
    case "detection": {
      const absent = i % 4 === 3;
      const boxes = absent ? [] : boxesApart(1 + (i + Math.floor(i / 4)) % 4, next);
      return { kind, category: DETECTED, boxes };
    }
    case "classification":
      return { kind, label: LABELS[i % LABELS.length]! };
    case "grounding":
    case "point":
      return { kind, box: boxOf(next, 80, 500) };
    case "number":
      return { kind, value: i % COUNTS };
    case "text":
      return { kind, text: `${LABELS[i % LABELS.length]!} ${Math.floor(next() * 1000)}` };
    case "choice":
      return { kind, choice: String.fromCharCode(65 + i % 4), options: OPTIONS };
  }
}

/** Boxes in a row of columns, so that no two of them overlap. */
function boxesApart(count: number, next: () => number): readonly Box[] {
  const column = 1000 / count;
  return Array.from({ length: count }, (_, i) => {
    const { x1, y1, x2, y2 } = boxOf(next, 300, 800);
    const at = (x: number) => Math.round((i + x / 1000) * column);
    return { x1: at(x1), y1, x2: at(x2), y2 };
  });
}

/** A box with whole corners and sides from `least` to `most`. */
function boxOf(next: () => number, least: number, most: number): Box {
  const side = () => Math.round(least + next() * (most - least));
  const w = side(), h = side();
  const x1 = Math.round(next() * (1000 - w)), y1 = Math.round(next() * (1000 - h));
  return { x1, y1, x2: x1 + w, y2: y1 + h };
}
