import type { Answer } from "../records.ts";
import { splitBlocks } from "./blocks.ts";
import { readBoxes } from "./read_boxes.ts";

/** 'No Objects' in any case, with or without quotes and a full stop. */
const NO_OBJECTS = /^(['"]?)no\s+objects\.?\1\.?$/i;

/**
 * Reads what a completion says; rewards and evaluation see completions through this alone.
 *
 * Labels are read from `content`. Boxes are read from the answer block only: a text without
 * one states nothing. Total: every string has an answer, and every number in it is finite.
 *
 * @example
 * ```ts
 * import { parseAnswer } from "./parse_answer.ts";
 *
 * const { detections, wellFormed } = parseAnswer(
 *   "<think>a cat</think>\n" +
 *     "<answer>[{'Position': [10, 20, 300, 400], 'Confidence': 0.8}]</answer>",
 * );
 * detections[0]?.confidence; // 0.8
 * wellFormed; // true
 * ```
 */
export function parseAnswer(text: string): Answer {
  const blocks = splitBlocks(text);
  const content = blocks.content ?? "";
  return {
    text,
    ...blocks,
    detections: readBoxes(content),
    noObjects: NO_OBJECTS.test(content),
  };
}
