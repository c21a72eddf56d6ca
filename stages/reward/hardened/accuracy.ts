import type { Answer } from "../../records.ts";
import type { Target } from "../../../data/questions/question.ts";
import { plainLabel } from "../../parse/plain_label.ts";
import { normaliseLabel } from "../../../data/questions/label.ts";

/**
 * Whether the label is right:
 *
 *   R_acc = 1 if the answer equals the label or one of its aliases after `normaliseLabel`,
 *   and 0 otherwise.
 *
 * The paper's accuracy (section 3.2) with case, white space, underscores and hyphens forgiven,
 * and with the target's other names (`labelSet`); what models put around a
 * label (`plainLabel`) does not count. Equal, not contained: an
 * empty answer, a piece of the label and a list of labels earn 0.
 *
 * @returns 0 or 1; 0 without an answer block and for targets of another kind.
 *
 * @example
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { accuracy } from "./accuracy.ts";
 *
 * const target = { kind: "classification", label: "ATR-42" } as const;
 * accuracy(parseAnswer("<answer>atr 42</answer>"), target); // 1
 * accuracy(parseAnswer("<answer>ATR-42 or ATR-72</answer>"), target); // 0
 * const aliases = ["Avions de transport régional 42"];
 * accuracy(
 *   parseAnswer("<answer>avions de transport régional 42</answer>"),
 *   { ...target, aliases },
 * ); // 1
 * ```
 */
export function accuracy({ content }: Answer, target: Target): number {
  if (target.kind !== "classification" || content === undefined) return 0;
  const stated = normaliseLabel(plainLabel(content));
  if (stated === "") return 0;
  const { label, aliases = [] } = target;
  const written = normaliseLabel(content); // a label may itself end in a full stop
  return [label, ...aliases].map(normaliseLabel)
      .some((name) => name === stated || name === written)
    ? 1
    : 0;
}
