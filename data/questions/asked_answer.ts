import type { Frame } from "../geometry/box.ts";
import { namedFrame } from "./named_frame.ts";
import type { AnswerForm, Question, Target } from "./question.ts";

const BBOX_2D = /["']bbox_2d["']\s*:\s*\[\s*x_?1/i;
const POSITION = /'Position': \[x1, y1, x2, y2\]|\(x1,y1\),\(x2,y2\)/;

/**
 * The form that a prompt's example shows for an answer with boxes.
 *
 * @returns `undefined` if it shows none, or both.
 *
 * @example
 * ```ts
 * import { askedForm } from "./asked_answer.ts";
 *
 * askedForm('Answer as [{"bbox_2d": [x1, y1, x2, y2], "label": "cup"}].'); // "bbox_2d"
 * ```
 */
export function askedForm(prompt: string): AnswerForm | undefined {
  const isBbox = BBOX_2D.test(prompt), isPosition = POSITION.test(prompt);
  if (isBbox === isPosition) return undefined;
  return isBbox ? "bbox_2d" : "position";
}

/**
 * The frame that a prompt's words ask boxes or points to be stated in.
 *
 * @returns `undefined` if they name none, and if the answer has neither.
 * @throws {SyntaxError} If they name two.
 */
export function askedFrame(prompt: string, { kind }: Pick<Target<Frame>, "kind">) {
  return kind === "detection" || kind === "grounding" || kind === "point"
    ? namedFrame(prompt)
    : undefined;
}

/**
 * A question with the frame and the form that its prompt asks for, so that its answers are read and
 * rewarded as they were asked for.
 *
 * @throws {SyntaxError} If the prompt's words name two frames.
 */
export function withAskedAnswer(question: Question): Question {
  const { prompt, target } = question;
  const { frame = askedFrame(prompt, target) } = question;
  const isBoxes = target.kind === "detection" || target.kind === "grounding";
  const { form = isBoxes ? askedForm(prompt) : undefined } = question;
  return {
    ...question,
    ...frame !== undefined && { frame },
    ...form !== undefined && { form },
  };
}
