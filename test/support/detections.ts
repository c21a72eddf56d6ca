import fc from "fast-check";
import type { Box } from "../../data/geometry/box.ts";
import type { Target } from "../../data/questions/question.ts";
import type { Answer, Detection } from "../../stages/records.ts";
import { formatAnswer } from "../../stages/parse/format_answer.ts";
import { parseAnswer } from "../../stages/parse/parse_answer.ts";

const side = fc.integer({ min: 0, max: 12 }).map((n) => n * 5);

/** Boxes on a coarse grid, so that many draws overlap; some have inverted corners. */
export const anyBox: fc.Arbitrary<Box> = fc.tuple(side, side, side, side)
  .map(([x1, y1, x2, y2]) => ({ x1, y1, x2, y2 }));

/** Boxes whose corners are in order and apart. */
export const trueBox: fc.Arbitrary<Box> = fc.tuple(side, side, side, side)
  .map(([x, y, w, h]) => ({ x1: x, y1: y, x2: x + w + 5, y2: y + h + 5 }));

/** None to four true boxes. */
export const trueBoxes = fc.array(trueBox, { maxLength: 4 });

/** A box with any finite confidence, mostly in [0, 1], or none. */
export const detection: fc.Arbitrary<Detection> = fc.tuple(
  fc.oneof(anyBox, trueBox),
  fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
    fc.double({ min: -10, max: 10, noNaN: true }),
    fc.constant(undefined),
  ),
).map(([box, confidence]) => confidence === undefined ? { box } : { box, confidence });

/** Questions for every kind of reward. */
export const anyTarget: fc.Arbitrary<Target> = fc.oneof(
  trueBoxes.map((boxes): Target => ({ kind: "detection", category: "cat", boxes })),
  fc.constantFrom("cat", "ATR-42", "Étude fleur", "-")
    .map((label): Target => ({ kind: "classification", label })),
  trueBox.map((box): Target => ({ kind: "grounding", box })),
  fc.integer({ min: -99, max: 9999 }).map((value): Target => ({ kind: "number", value })),
  fc.constantFrom("EXIT", "Rue de l'Église 5", "a\n b")
    .map((text): Target => ({ kind: "text", text })),
  fc.constantFrom("A", "B")
    .map((choice): Target => ({ kind: "choice", choice, options: ["cat", "a dog"] })),
  trueBox.map((box): Target => ({ kind: "point", box })),
);

/** The detection target with these boxes. */
export function detectionTarget(boxes: readonly Box[]): Target {
  return { kind: "detection", category: "cat", boxes };
}

/** A well-formed answer that states these boxes; 'No Objects' for none. */
export function stating(detections: readonly Detection[]): Answer {
  return parseAnswer(formatAnswer({ kind: "detections", detections }, "I look."));
}
