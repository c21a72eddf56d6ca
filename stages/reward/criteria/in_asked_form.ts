import type { AnswerForm, Target } from "../../../data/questions/question.ts";
import { readBoxes } from "../../parse/read_boxes.ts";
import type { Answer } from "../../records.ts";

/**
 * Whether an answer's content has the form that the prompt's example shows: whole boxes in the
 * dialect asked for and nothing else, or, in answer to detection, words that nothing is there.
 *
 * @param form Default: the prompt shows none, and every content will do.
 *
 * @example
 * ```ts
 * import { parseAnswer } from "../../parse/parse_answer.ts";
 * import { isInAskedForm } from "./in_asked_form.ts";
 *
 * const answer = parseAnswer("<answer>[{'Position': [0, 0, 9, 9]}]</answer>");
 * isInAskedForm(answer, "detection", "position"); // true
 * isInAskedForm(answer, "detection", "bbox_2d"); // false
 * ```
 */
export function isInAskedForm(
  { content = "", noObjects }: Pick<Answer, "content" | "noObjects">,
  kind: Target["kind"],
  form: AnswerForm | undefined,
): boolean {
  if (form === undefined) return true;
  if (kind === "detection" && noObjects) return true;
  const { dialect, isWhole, detections } = readBoxes(content);
  if (!isWhole) return false;
  if (form === "bbox_2d") {
    return dialect === "bbox" && (kind === "detection" || detections.length === 1);
  }
  return kind === "detection"
    ? dialect === "position"
    : dialect === "corners" && detections.length === 1;
}
