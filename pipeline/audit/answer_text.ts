import type { Box } from "../../data/geometry/box.ts";
import type { Kind } from "./questions.ts";

/** The middle half of an image. */
export const CENTRE: Box = { x1: 250, y1: 250, x2: 750, y2: 750 };
/** A small box in the upper left corner. */
export const CORNER: Box = { x1: 0, y1: 0, x2: 10, y2: 10 };

/** A completion in the form that is asked for. */
export function wrapped(content: string, think = "I look."): string {
  return `<think>${think}</think><answer>${content}</answer>`;
}

/** One box as detection answers state it; the confidence may be any text. */
export function item({ x1, y1, x2, y2 }: Box, confidence: number | string): string {
  return `{'Position': [${x1}, ${y1}, ${x2}, ${y2}], 'Confidence': ${confidence}}`;
}

/** A region as grounding answers state it. */
export function region({ x1, y1, x2, y2 }: Box): string {
  return `(${x1},${y1}),(${x2},${y2})`;
}

/** Boxes as an answer of their kind states them. */
export function stating(
  kind: Kind,
  boxes: readonly Box[],
  confidence: number | string,
): string {
  if (kind === "grounding") return wrapped(boxes.map(region).join(", "));
  return wrapped(`[${boxes.map((box) => item(box, confidence)).join(", ")}]`);
}

/** The image in `side` x `side` equal boxes. */
export function grid(side: number): readonly Box[] {
  const step = 1000 / side;
  return Array.from({ length: side * side }, (_, i) => {
    const x = i % side * step, y = Math.floor(i / side) * step;
    const [x1, y1, x2, y2] = [x, y, x + step, y + step].map(Math.round);
    return { x1: x1!, y1: y1!, x2: x2!, y2: y2! };
  });
}
