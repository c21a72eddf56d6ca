import type { Box } from "../../data/geometry/box.ts";
import { EMOJI_LABELS } from "../../data/emoji/categories.ts";
import { paperPrompt } from "../../data/questions/prompt.ts";
import type { Target } from "../../data/questions/question.ts";
import { hashText, stream } from "../../data/random.ts";

/** A kind of target. */
export type Kind = "detection" | "classification" | "grounding";

/** The kinds of targets, each of which has rewards of its own. */
export const KINDS: readonly Kind[] = ["detection", "classification", "grounding"];

/** What is known of a question without its image. */
export interface Asked {
  /** The words that a model would read. */
  readonly prompt: string;
  /** All labels that occur in the questions. */
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
  const prompt = kind === "detection"
    ? paperPrompt({ kind, category: DETECTED })
    : kind === "classification"
    ? paperPrompt({ kind })
    : paperPrompt({ kind, instruction: "the animal left of the car" });
  return Array.from({ length: size }, (_, i): AuditQuestion => ({
    asked: { prompt, labels: LABELS },
    target: targetOf(kind, i, next),
  }));
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
      return { kind, box: boxOf(next, 80, 500) };
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
