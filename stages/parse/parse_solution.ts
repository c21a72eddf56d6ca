import { type Target, UNNAMED_CATEGORY } from "../../data/questions/question.ts";
import type { ReadTruth } from "../../data/formats/truth.ts";
import type { Answer } from "../records.ts";
import { parseAnswer } from "./parse_answer.ts";

/** How the paper's prompts name the category that they ask for, and how others may. */
const CATEGORY = /\bcategory '([^\n]+?)' in the image/;
const QUOTED = /\bcategory\s+'([^\n]+?)'(?=[\s.,;:!?]|$)/;

/**
 * The truth in a solution of the paper's data sets (`<answer>…</answer>`, with or without
 * `<think>…</think>` before it), read by the parser of answers: boxes with positions or
 * 'No Objects' are detection, `(x1,y1),(x2,y2)` is grounding, anything else is a label.
 *
 * The category of a detection is the one that the problem names between single quotes, as the
 * paper's prompts do; "object" if it names none.
 *
 * @param problem The words of the question.
 * @param solution With or without the tags.
 * @throws {SyntaxError} If nothing can be read: gives the reason; the caller adds the place.
 *
 * @example
 * ```ts
 * import { parseSolution } from "./parse_solution.ts";
 *
 * parseSolution("Identify the species.", "<answer>garden phlox</answer>");
 * // { target: { kind: "classification", label: "garden phlox" }, frame: "per mille" }
 * parseSolution("the category 'cat' in the image", "<answer>No Objects</answer>");
 * // { target: { kind: "detection", category: "cat", boxes: [] }, frame: "per mille" }
 * ```
 */
export function parseSolution(problem: string, solution: string): ReadTruth {
  const tagged = solution.includes("<answer>")
    ? solution
    : `<answer>${solution}</answer>`;
  const answer = parseAnswer(tagged);
  const reasoning = answer.think?.trim();
  return {
    target: targetOf(problem, answer),
    frame: "per mille",
    ...reasoning && { reasoning },
  };
}

function targetOf(
  problem: string,
  { content = "", detections, noObjects }: Answer,
): Target {
  if (content === "") throw new SyntaxError("the solution says nothing");
  const category = (CATEGORY.exec(problem) ?? QUOTED.exec(problem))?.[1] ??
    UNNAMED_CATEGORY;
  if (noObjects) return { kind: "detection", category, boxes: [] };
  const boxes = detections.map(({ box }) => box);
  const stated = content.match(/['"]Position['"]/g)?.length ?? 0;
  if (stated > 0 && boxes.length === stated) {
    return { kind: "detection", category, boxes: boxes.map(upright) };
  }
  if (stated === 0 && boxes.length === 1) {
    return { kind: "grounding", box: upright(boxes[0]!) };
  }
  if (stated > 0 || boxes.length > 0 || /^[[{(]/.test(content) && /\d/.test(content)) {
    throw new SyntaxError(`the solution's boxes cannot be read: ${clipped(content)}`);
  }
  return { kind: "classification", label: content };
}

function upright<B extends { x1: number; y1: number; x2: number; y2: number }>(
  box: B,
): B {
  if (box.x1 <= box.x2 && box.y1 <= box.y2) return box;
  throw new SyntaxError(
    `the solution has a box with inverted corners: ${box.x1}, ${box.y1}, ${box.x2}, ${box.y2}`,
  );
}

function clipped(text: string): string {
  return JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 57)}…`);
}
