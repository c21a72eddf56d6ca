import type { Box, Frame, FramedBox } from "../../data/geometry/box.ts";
import {
  type CoordinateFrame,
  fromPerMille,
  PER_MILLE,
} from "../../data/geometry/frame.ts";
import { decodeMask } from "../../data/geometry/mask/rle.ts";
import {
  type AnswerForm,
  type OwnTarget,
  type PointTarget,
  type Target,
  UNNAMED_CATEGORY,
} from "../../data/questions/question.ts";
import { formatAnswer, type Statement } from "./format_answer.ts";

/**
 * The right answer for a target, as the paper's data writes it: every box with
 * confidence 1, 'No Objects' if there is none, the label, or the region; coordinates rounded.
 * Of kinds that the paper has not: the number, the text, the letter, or `(x,y)` in the region.
 *
 * @param think The thoughts, inside `<think>…</think>`. Default: no think block.
 * @param frame The frame in which the model states boxes: whole pixels, multiples
 * of the frame's step (0 to 1000), or with three decimals (0 to 1).
 * @param own What answers a target of a kind of the caller's own. Default: its truth as JSON.
 * @param form The form that the prompt asks for. Default: the paper's.
 *
 * @example
 * ```ts
 * import { formatSolution } from "./format_solution.ts";
 *
 * formatSolution({ kind: "detection", category: "cat", boxes: [] });
 * // "<answer>No Objects</answer>"
 * ```
 */
export function formatSolution(
  target: Target,
  think?: string,
  frame: CoordinateFrame = PER_MILLE,
  own?: (target: OwnTarget) => string | undefined,
  form?: AnswerForm,
): string {
  return formatAnswer(truth(target, frame, own), think, form);
}

function truth(
  target: Target,
  frame: CoordinateFrame,
  own?: (target: OwnTarget) => string | undefined,
): Statement {
  switch (target.kind) {
    case "detection":
      return {
        kind: "detections",
        detections: target.boxes.map((box) => ({
          box: rounded(box, frame),
          confidence: 1,
          ...target.category !== UNNAMED_CATEGORY && { label: target.category },
        })),
      };
    case "classification":
      return { kind: "label", label: target.label };
    case "grounding":
      return { kind: "region", box: rounded(target.box, frame) };
    case "number":
      return { kind: "label", label: String(target.value) };
    case "text":
      return { kind: "label", label: target.text };
    case "choice":
      return { kind: "label", label: target.choice };
    case "point": {
      const { x, y } = pointIn(target);
      const centre = rounded({ x1: x, y1: y, x2: x, y2: y }, frame);
      return { kind: "label", label: `(${centre.x1},${centre.y1})` };
    }
    case "own": {
      return { kind: "label", label: own?.(target) ?? JSON.stringify(target.truth) };
    }
  }
}

/** The centre of the box, or of the mask's pixel that is nearest to it. */
function pointIn({ box: { x1, y1, x2, y2 }, mask }: PointTarget) {
  const centre = { x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
  if (mask === undefined) return centre;
  const [height, width] = mask.size;
  const { pixels } = decodeMask(mask);
  let nearest = centre, least = Infinity;
  pixels.forEach((on, i) => {
    if (on === 0) return;
    const x = (i % width + 0.5) / width * 1000;
    const y = (Math.floor(i / width) + 0.5) / height * 1000;
    const off = (x - centre.x) ** 2 + (y - centre.y) ** 2;
    if (off < least) [nearest, least] = [{ x, y }, off];
  });
  return nearest;
}

function toMultiple(x: number, frame: CoordinateFrame): number {
  const step = frame.kind === "per mille" ? frame.step ?? 1 : 1;
  return Math.round(x / step) * step;
}

function rounded(box: Box, frame: CoordinateFrame): FramedBox<Frame> {
  const { x1, y1, x2, y2 } = fromPerMille(box, frame);
  const [a, b, c, d] = [x1, y1, x2, y2].map((x) =>
    frame.kind === "unit" ? Math.round(x * 1000) / 1000 : toMultiple(x, frame)
  );
  return { x1: a!, y1: b!, x2: c!, y2: d! };
}
