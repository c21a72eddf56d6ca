import type { Frame } from "../../data/geometry/box.ts";
import {
  type CoordinateFrame,
  PER_MILLE,
  toPerMille,
} from "../../data/geometry/frame.ts";
import type { Answer, Detection } from "../records.ts";
import { splitBlocks } from "./blocks.ts";
import { readBoxes } from "./read_boxes.ts";

/** 'No Objects' in any case, with or without quotes and a full stop. */
const NO_OBJECTS_TEXT = /^(['"]?)no\s+objects\.?\1\.?$/i;

/**
 * Reads what a completion says; rewards and evaluation use only this.
 *
 * Labels are read from `content`. Boxes are read from the answer block only: a text without
 * one states nothing. Total: every string has an answer, and every number in it is finite.
 *
 * @param frame The frame in which the text states boxes; the answer has them in the frame 0–1000.
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
export function parseAnswer(text: string, frame: CoordinateFrame = PER_MILLE): Answer {
  const blocks = splitBlocks(text);
  const content = blocks.content ?? "";
  return {
    text,
    ...blocks,
    detections: inPerMille(readBoxes(content), frame),
    noObjects: NO_OBJECTS_TEXT.test(content),
  };
}

function inPerMille(
  stated: readonly Detection<Frame>[],
  frame: CoordinateFrame,
): readonly Detection[] {
  return stated
    .map((detection) => ({ ...detection, box: toPerMille(detection.box, frame) }))
    // 1e308 of a narrow image's pixels is infinite as per mille.
    .filter(({ box }) => [box.x1, box.y1, box.x2, box.y2].every(Number.isFinite));
}
