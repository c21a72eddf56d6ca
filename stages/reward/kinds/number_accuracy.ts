import type { Target } from "../../../data/questions/question.ts";
import { readNumber } from "../../parse/read_number.ts";
import type { Answer } from "../../records.ts";

/**
 * Whether the number is right:
 *
 *   R_acc = 1 if |x − value| ≤ tolerance, and 0 otherwise,
 *
 * with x the one number that the answer states (`readNumber`), and tolerance 0 unless the target
 * has one. An answer with two numbers, a range or none earns 0.
 *
 * The paper has no such questions: this is ours, in every profile. Counts are scored so, right or
 * wrong, by Perception-R1 (arXiv 2504.07954) and in PixMo-Count's evaluation (arXiv 2409.17146).
 *
 * @returns 0 or 1; 0 without an answer block and for targets of another kind.
 *
 * @example
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { numberAccuracy } from "./number_accuracy.ts";
 *
 * const target = { kind: "number", value: 3 } as const;
 * numberAccuracy(parseAnswer("<answer>3 cups</answer>"), target); // 1
 * numberAccuracy(parseAnswer("<answer>2 or 3</answer>"), target); // 0
 * numberAccuracy(parseAnswer("<answer>4</answer>"), { ...target, tolerance: 1 }); // 1
 * ```
 */
export function numberAccuracy({ content }: Answer, target: Target): number {
  if (target.kind !== "number" || content === undefined) return 0;
  const { value, tolerance = 0 } = target;
  const stated = readNumber(content);
  if (stated === undefined) return 0;
  // 0.4 and 0.3 are 0.1 apart, though not in binary fractions.
  const rounding = tolerance > 0 ? 4 * Number.EPSILON * Math.abs(value) : 0;
  return Math.abs(stated - value) <= tolerance + rounding ? 1 : 0;
}
