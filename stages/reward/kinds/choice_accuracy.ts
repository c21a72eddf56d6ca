import type { Target } from "../../../data/questions/question.ts";
import { readChoice } from "../../parse/read_choice.ts";
import type { Answer } from "../../records.ts";

/**
 * Whether the right option is chosen:
 *
 *   R_acc = 1 if the answer states the right option and no other, and 0 otherwise.
 *
 * An option is stated by its letter, its text or both (`readChoice`). Several letters earn 0, and
 * so does a letter with the text of another option.
 *
 * The paper has no such questions: this is ours, in every profile; multiple choice is scored so in
 * MMBench (arXiv 2307.06281) and MMMU (arXiv 2311.16502), less their rules for sentences.
 *
 * @returns 0 or 1; 0 without an answer block and for targets of another kind.
 *
 * @example
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { choiceAccuracy } from "./choice_accuracy.ts";
 *
 * const options = ["red", "blue"];
 * const target = { kind: "choice", choice: "B", options } as const;
 * choiceAccuracy(parseAnswer("<answer>(b) Blue</answer>"), target); // 1
 * choiceAccuracy(parseAnswer("<answer>A or B</answer>"), target); // 0
 * ```
 */
export function choiceAccuracy({ content }: Answer, target: Target): number {
  if (target.kind !== "choice" || content === undefined) return 0;
  return readChoice(content, target.options) === target.choice ? 1 : 0;
}
