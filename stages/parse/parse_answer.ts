import type { Frame } from "../../data/geometry/box.ts";
import {
  type CoordinateFrame,
  PER_MILLE,
  toPerMille,
} from "../../data/geometry/frame.ts";
import type { Answer, Detection, Point } from "../records.ts";
import { splitBlocks } from "./blocks.ts";
import { saysNothingIsThere } from "./plain_content.ts";
import { readPoints, type StatedPoint } from "./read_points.ts";
import { readBoxes } from "./read_boxes.ts";

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
  const points = readPoints(content).flatMap((point) => pointInPerMille(point, frame));
  return {
    text,
    ...blocks,
    detections: inPerMille(readBoxes(content).detections, frame),
    ...points.length > 0 && { points },
    noObjects: saysNothingIsThere(content),
  };
}

function pointInPerMille(
  { x, y, frame }: StatedPoint,
  asked: CoordinateFrame,
): readonly Point[] {
  const { x1, y1 } = toPerMille(
    { x1: x, y1: y, x2: x, y2: y },
    frame === undefined ? asked : { kind: frame },
  );
  return Number.isFinite(x1) && Number.isFinite(y1) ? [{ x: x1, y: y1 }] : [];
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
