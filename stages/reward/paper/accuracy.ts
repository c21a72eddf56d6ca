import type { Answer } from "../../records.ts";
import type { Target } from "../../../data/questions/question.ts";

/**
 * Whether the label is right (section 3.2 of the paper):
 *
 *   R_acc = 1 if the answer is the label, letter by letter, and 0 otherwise.
 *
 * @returns 0 or 1; 0 without an answer block and for targets of another kind.
 *
 * @example
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { accuracy } from "./accuracy.ts";
 *
 * const target = { kind: "classification", label: "tiger lily" } as const;
 * accuracy(parseAnswer("<answer> tiger lily </answer>"), target); // 1
 * accuracy(parseAnswer("<answer>Tiger_Lily</answer>"), target); // 0
 * ```
 */
export function accuracy({ content }: Answer, target: Target): number {
  return target.kind === "classification" && content === target.label ? 1 : 0;
}
