import { quoted } from "../../short_text.ts";
import type { Corners } from "../labels/label_columns.ts";

/** How far a rounded box may reach out of its image, as a share of a side. */
const SLACK = 1e-3;

/**
 * Reads a line of YOLO's labels: the class and its box, x1, y1, x2, y2 as shares of the sides.
 *
 * @param place For errors.
 * @param keypoints How many numbers behind the box are key points, which are not read.
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
  keypoints?: number,
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
  if (keypoints !== undefined && rest.length !== 4 && rest.length !== 4 + keypoints) {
    throw new SyntaxError(
      `${place} has ${rest.length} numbers behind the class: a box and the points of kpt_shape ` +
        `are ${4 + keypoints}`,
    );
  }
  const numbers = rest.slice(0, keypoints === undefined ? rest.length : 4).map(Number);
  const number = Number(first);
  const box = numbers.length === 4
    ? aroundCentre(numbers as [number, number, number, number])
    : numbers.length >= 6 && numbers.length % 2 === 0
    ? aroundPoints(numbers)
    : undefined;
  if (box === undefined) {
    throw new SyntaxError(
      `${place} has ${numbers.length} numbers behind the class: 4 are a box, 6 or more an outline`,
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

function aroundPoints(numbers: readonly number[]): Corners {
  const xs = numbers.filter((_, i) => i % 2 === 0),
    ys = numbers.filter((_, i) => i % 2 === 1);
  return {
    ...{ x1: Math.min(...xs), y1: Math.min(...ys) },
    ...{ x2: Math.max(...xs), y2: Math.max(...ys) },
  };
}
