import type { Target } from "../../data/question.ts";
import { formatAnswer, type Statement } from "./format_answer.ts";

/**
 * The answer that a target's truth deserves, as the paper's data writes it: every box with
 * confidence 1, 'No Objects' where there is none, the label, or the region rounded to integers.
 *
 * @param think What goes in front, inside `<think>…</think>`; no block where absent.
 *
 * @example
 * ```ts
 * import { formatSolution } from "./format_solution.ts";
 *
 * formatSolution({ kind: "detection", category: "cat", boxes: [] });
 * // "<answer>No Objects</answer>"
 * ```
 */
export function formatSolution(target: Target, think?: string): string {
  return formatAnswer(truth(target), think);
}

function truth(target: Target): Statement {
  switch (target.kind) {
    case "detection":
      return {
        kind: "detections",
        detections: target.boxes.map((box) => ({ box, confidence: 1 })),
      };
    case "classification":
      return { kind: "label", label: target.label };
    case "grounding": {
      const { x1, y1, x2, y2 } = target.box;
      const [a, b, c, d] = [x1, y1, x2, y2].map(Math.round);
      return { kind: "region", box: { x1: a!, y1: b!, x2: c!, y2: d! } };
    }
  }
}
