import { quoted } from "../../data/short_text.ts";
import type { Frame, FramedBox } from "../../data/geometry/box.ts";
import type { AnswerForm } from "../../data/questions/question.ts";
import type { Detection } from "../records.ts";

/**
 * What an answer states: boxes ('No Objects' if there are none), a label, or one region. Boxes
 * are written as they are, in the frame that the reader expects.
 */
export type Statement =
  | { readonly kind: "detections"; readonly detections: readonly Detection<Frame>[] }
  | { readonly kind: "label"; readonly label: string }
  | { readonly kind: "region"; readonly box: FramedBox<Frame> };

const TAG = /<\/?(?:think|answer)>/;

/**
 * Writes a completion in the form that a prompt asks for:
 * `parseAnswer` reads the same statement and thoughts from it.
 *
 * @param think The thoughts, inside `<think>…</think>`. Default: no think block.
 * @param form How boxes are written. Default: `position`, as the paper's prompts ask.
 * @throws {RangeError} If a coordinate or a confidence is not finite, or if a label or
 * the thoughts hold one of the tags: no parser could read that back.
 *
 * @example
 * ```ts
 * import { formatAnswer } from "./format_answer.ts";
 *
 * formatAnswer({ kind: "label", label: "tiger lily" }, "orange, spotted");
 * // "<think>orange, spotted</think><answer>tiger lily</answer>"
 * ```
 */
export function formatAnswer(
  statement: Statement,
  think?: string,
  form: AnswerForm = "position",
): string {
  const answer = `<answer>${write(statement, form)}</answer>`;
  if (think === undefined) return answer;
  return `<think>${untagged(think, "Thoughts")}</think>${answer}`;
}

function write(statement: Statement, form: AnswerForm): string {
  switch (statement.kind) {
    case "label":
      return untagged(statement.label, "A label");
    case "region": {
      if (form === "bbox_2d") return writeBbox({ box: statement.box });
      const { x1, y1, x2, y2 } = finiteBox(statement.box);
      return `(${x1},${y1}),(${x2},${y2})`;
    }
    case "detections": {
      if (statement.detections.length === 0) return "No Objects";
      const written = form === "bbox_2d" ? writeBbox : writeDetection;
      return `[${statement.detections.map(written).join(", ")}]`;
    }
  }
}

function writeDetection({ box, confidence }: Detection<Frame>): string {
  const { x1, y1, x2, y2 } = finiteBox(box);
  const position = `'Position': [${x1}, ${y1}, ${x2}, ${y2}]`;
  if (confidence === undefined) return `{${position}}`;
  return `{${position}, 'Confidence': ${finite(confidence, "A confidence")}}`;
}

function writeBbox({ box, confidence, label }: Detection<Frame>): string {
  const { x1, y1, x2, y2 } = finiteBox(box);
  return "{" + [
    `"bbox_2d": [${x1}, ${y1}, ${x2}, ${y2}]`,
    ...label === undefined
      ? []
      : [`"label": ${JSON.stringify(untagged(label, "A label"))}`],
    ...confidence === undefined
      ? []
      : [`"confidence": ${finite(confidence, "A confidence")}`],
  ].join(", ") + "}";
}

function finiteBox(box: FramedBox<Frame>): FramedBox<Frame> {
  for (const corner of [box.x1, box.y1, box.x2, box.y2]) finite(corner, "A coordinate");
  return box;
}

function finite(value: number, what: string): number {
  if (!Number.isFinite(value)) {
    throw new RangeError(`${what} to be written is ${value}; give a finite number`);
  }
  return value;
}

function untagged(text: string, what: string): string {
  const tag = TAG.exec(text)?.[0];
  if (tag === undefined) return text;
  throw new RangeError(
    `${what} to be written must not hold the tag ${tag}: ${quoted(text)}`,
  );
}
