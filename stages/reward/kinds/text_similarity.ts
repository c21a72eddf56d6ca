import { distance } from "npm:fastest-levenshtein@1.0.16";
import type { Target } from "../../../data/questions/question.ts";
import { plainLabel } from "../../parse/plain_label.ts";
import type { Answer } from "../../records.ts";

/**
 * How much of the text is read right:
 *
 *   R_sim = 1 − d(a, t) / max(|a|, |t|),
 *
 * with d the Levenshtein distance between the answer a and the text t, of which runs of white space
 * are one space and letters are composed (NFC); case counts. What models put around a text
 * (`plainLabel`) may be left on or off, whichever is nearer.
 *
 * The paper has no such questions: this is ours, in every profile. It is the similarity of ANLS
 * (arXiv 1905.13648) without its threshold, so that a better reading always earns more. An answer
 * of more than four times the length of the text, which could earn a quarter at most, earns 0
 * without being compared: long answers cost no time.
 *
 * @returns A number in [0, 1]; 1 only for the text itself; 0 without an answer block and for
 * targets of another kind.
 *
 * @example
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { textSimilarity } from "./text_similarity.ts";
 *
 * const target = { kind: "text", text: "EXIT" } as const;
 * textSimilarity(parseAnswer("<answer>EXIT</answer>"), target); // 1
 * textSimilarity(parseAnswer("<answer>EXT</answer>"), target); // 0.75
 * ```
 */
export function textSimilarity({ content }: Answer, target: Target): number {
  if (target.kind !== "text" || content === undefined) return 0;
  const { text } = target;
  return Math.max(
    ...[content, plainLabel(content)].map((stated) => similarity(stated, text)),
  );
}

/** Times the length of the text that an answer may have. */
const MOST_TIMES = 4;
/** Characters that normalising a text may take off, at most, for the length to be judged by. */
const SLACK = 100;

function similarity(stated: string, text: string): number {
  const right = spaced(text);
  if (stated.length > MOST_TIMES * text.length + SLACK) return 0;
  const read = spaced(stated);
  if (read.length > MOST_TIMES * right.length) return 0;
  const longer = Math.max(read.length, right.length);
  return longer === 0 ? 1 : 1 - distance(read, right) / longer;
}

function spaced(text: string): string {
  return text.normalize("NFC").replace(/\s+/g, " ").trim();
}
