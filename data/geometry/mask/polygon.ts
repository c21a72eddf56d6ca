import { pixelCount, type Rle } from "./rle.ts";

/** Outlines are traced on a grid this much finer than the pixels. */
const SCALE = 5;

/** Largest coordinate of a corner, in pixels: tracing a longer outline would take minutes. */
const FARTHEST = 1e6;

/** Longest outline that is traced, in pixels: the finer grid has five points for each. */
const LONGEST = 2e6;

/**
 * The mask of a polygon, bit by bit as pycocotools' `rleFrPoly` draws it.
 *
 * The outline is traced on a grid five times as fine as the pixels. At each crossing of
 * the middle of a column of pixels, the mask changes between off and on in the nearest row below.
 *
 * @param polygon x₁, y₁, x₂, y₂, … in pixels.
 * @param size Height and width of the image in pixels.
 * @throws {SyntaxError} If a coordinate is single, not a number, or beyond a million pixels, or if the
 * outline is longer than two million pixels.
 *
 * @example A square of four pixels
 * ```ts
 * import { polygonMask } from "./polygon.ts";
 *
 * polygonMask([1, 1, 3, 1, 3, 3, 1, 3], [4, 4]).counts; // [5, 2, 2, 2, 5]
 * ```
 */
export function polygonMask(polygon: readonly number[], size: Rle["size"]): Rle {
  const total = pixelCount(size);
  checkPolygon(polygon);
  const length = outlineLength(polygon);
  if (length > LONGEST) {
    throw new SyntaxError(
      `A polygon's outline may be ${LONGEST} pixels long, not ${Math.round(length)}`,
    );
  }
  return { size: [size[0], size[1]], counts: runsBetween(changes(polygon, size), total) };
}

/** Pixels that the tracing of a polygon goes through: the longer axis of each side. */
export function outlineLength(polygon: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i + 1 < polygon.length; i += 2) {
    const next = (i + 2) % polygon.length;
    sum += Math.max(
      Math.abs(polygon[i]! - polygon[next]!),
      Math.abs(polygon[i + 1]! - polygon[next + 1]!),
    );
  }
  return sum;
}

/**
 * Checks that a polygon can be drawn: two corners or more, each within a million pixels.
 *
 * @param polygon x₁, y₁, x₂, y₂, … in pixels.
 * @throws {SyntaxError} If it cannot; the message names the number.
 */
export function checkPolygon(polygon: readonly number[]): void {
  if (polygon.length < 4 || polygon.length % 2 !== 0) {
    throw new SyntaxError(
      `A polygon needs pairs of x and y, two at least, not ${polygon.length} numbers`,
    );
  }
  const wrong = polygon.findIndex((value) => !(Math.abs(value) <= FARTHEST));
  if (wrong < 0) return;
  throw new SyntaxError(
    `Number ${wrong + 1} of a polygon must lie within ${FARTHEST} pixels, not at ${
      polygon[wrong]
    }`,
  );
}

/** Where in the mask, column by column, it changes between off and on; in any order. */
function changes(polygon: readonly number[], [height, width]: Rle["size"]): number[] {
  const found: number[] = [];
  const at = (i: number) => Math.trunc(SCALE * polygon[i]! + 0.5);
  // Grid points of the outline one after the other; only steps from column to column matter.
  let u = at(0), v = at(1);
  const step = (nextU: number, nextV: number) => {
    const column = nextU < u ? nextU : nextU - 1;
    if (nextU !== u && column % SCALE === 2) { // the middle of five columns of the grid
      const x = (column - 2) / SCALE;
      if (x >= 0 && x < width) {
        found.push(x * height + row(nextV < v ? nextV : v, height));
      }
    }
    u = nextU;
    v = nextV;
  };
  const points = polygon.length / 2;
  for (let j = 0; j < points; j++) {
    const next = (j + 1) % points;
    trace(at(2 * j), at(2 * j + 1), at(2 * next), at(2 * next + 1), step);
  }
  return found;
}

/** The first row whose middle lies below `v` on the grid, from 0 to `height`. */
function row(v: number, height: number): number {
  return Math.ceil(Math.min(Math.max((v + 0.5) / SCALE - 0.5, 0), height));
}

/**
 * Grid points from one corner to the next, both included.
 *
 * The line is always computed from its lower end on its longer axis, so that an edge that two
 * polygons share is the same one way and the other.
 */
function trace(
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  step: (u: number, v: number) => void,
): void {
  const dx = Math.abs(toX - fromX), dy = Math.abs(toY - fromY);
  const along = dx >= dy;
  const length = along ? dx : dy;
  const back = along ? fromX > toX : fromY > toY;
  const startX = back ? toX : fromX, startY = back ? toY : fromY;
  const endX = back ? fromX : toX, endY = back ? fromY : toY;
  const slope = along ? (endY - startY) / dx : (endX - startX) / dy;
  for (let d = 0; d <= length; d++) {
    const t = back ? length - d : d;
    if (along) {
      // A corner that stands twice has no slope.
      step(startX + t, length === 0 ? startY : Math.trunc(startY + slope * t + 0.5));
    } else step(Math.trunc(startX + slope * t + 0.5), startY + t);
  }
}

/** Run lengths between the places of change; two changes at one place undo each other. */
function runsBetween(places: number[], total: number): number[] {
  const sorted = Int32Array.from(places).sort();
  const counts: number[] = [];
  let last = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (sorted[i] === sorted[i + 1]) {
      i++;
      continue;
    }
    counts.push(sorted[i]! - last);
    last = sorted[i]!;
  }
  if (last < total || counts.length === 0) counts.push(total - last);
  return counts;
}
