import type { Answer } from "../../records.ts";
import type { Target } from "../../../data/questions/question.ts";
import { strip, studentAnswer } from "./python_text.ts";

/**
 * `accuracy_reward` of the official grpo_classification.py, exactly:
 *
 *   R_acc = 1 if answer or label contains the other, without blanks and underscores and in
 *   lower case, and 0 otherwise.
 *
 * An empty answer is contained in every label, and a list of all labels contains each. A text
 * without tags, or with a line break in its answer, is compared as a whole. The
 * symbolic-mathematics shortcut before it is left out.
 *
 * @returns 0 or 1; 0 for targets of another kind.
 *
 * @example
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { accuracy } from "./accuracy.ts";
 *
 * const target = { kind: "classification", label: "747-100" } as const;
 * accuracy(parseAnswer("<answer>747-100 or 747-400</answer>"), target); // 1
 * accuracy(parseAnswer("<answer></answer>"), target); // 1
 * ```
 */
export function accuracy({ text }: Answer, target: Target): number {
  if (target.kind !== "classification") return 0;
  const truth = squeeze(strip(target.label));
  const stated = squeeze(studentAnswer(text, false));
  return stated.includes(truth) || truth.includes(stated) ? 1 : 0;
}

function squeeze(label: string): string {
  return label.replace(/[ _]/g, "").toLowerCase();
}
