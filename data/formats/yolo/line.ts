import { quoted } from "../../short_text.ts";
import { boxAround } from "../labels/box_around.ts";
import type { Corners } from "../labels/label_columns.ts";

/** How far a rounded box may reach out of its image, as a share of a side. */
const SLACK = 1e-3;

/**
 * Reads a line of YOLO's labels: the class and its box, x1, y1, x2, y2 as shares of the sides.
 *
 * @param place For errors.
 * @param keypoints Numbers behind the box that mark keypoints, 0 if the data has none: with them a
 * line is never an outline.
 * @throws {SyntaxError} If it is no such line.
 *
 * @example
 * ```ts
 * import { readYoloLine } from "./line.ts";
 *
 * readYoloLine("0 0.5 0.5 0.25 0.5", "1.txt, line 1").box; // { x1: .375, y1: .25, x2: .625, y2: .75 }
 * ```
 */
export function readYoloLine(
  line: string,
  place: string,
  keypoints = 0,
): { readonly number: number; readonly box: Corners } {
  const [first = "", ...rest] = line.trim().split(/[\s,]+/);
  const isNumber = (word: string) => /^-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?$/.test(word);
  if (!/^\d{1,6}(?:\.0+)?$/.test(first) || !rest.every(isNumber)) {
    throw new SyntaxError(
      `${place} must be a class and numbers, as in 0 0.5 0.5 0.2 0.3: it is ${
        quoted(line.trim())
      }`,
    );
  }
  const numbers = rest.map(Number), number = Number(first);
  const box = numbers.length === 4 || keypoints > 0 && numbers.length === 4 + keypoints
    ? aroundCentre(numbers.slice(0, 4) as [number, number, number, number])
    : keypoints === 0 && numbers.length >= 6 && numbers.length % 2 === 0
    ? boxAround(pointsOf(numbers))
    : undefined;
  if (box === undefined) {
    throw new SyntaxError(
      `${place} has ${numbers.length} numbers behind the class: 4 are a box, ` +
        (keypoints > 0
          ? `a box and the points of kpt_shape are ${4 + keypoints}`
          : "6 or more an outline"),
    );
  }
  if (Math.min(box.x1, box.y1) < -SLACK || Math.max(box.x2, box.y2) > 1 + SLACK) {
    throw new SyntaxError(
      `${place} reaches out of the image: numbers are shares of its sides, from 0 to 1`,
    );
  }
  return { number, box };
}

function aroundCentre([x, y, w, h]: [number, number, number, number]): Corners {
  return { x1: x - w / 2, y1: y - h / 2, x2: x + w / 2, y2: y + h / 2 };
}

function pointsOf(numbers: readonly number[]): (readonly [number, number])[] {
  return Array.from(
    { length: numbers.length / 2 },
    (_, i) => [numbers[2 * i]!, numbers[2 * i + 1]!],
  );
}
