import { checkPolygon } from "./polygon.ts";
import { type Bitmap, pixelCount, type Rle } from "./rle.ts";

/** A side of a polygon on whole pixels. */
interface Side {
  readonly x: number;
  readonly y: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Pixels to the right for each row down; 0 if the side is level. */
  readonly slope: number;
}

/**
 * The bitmap of a filled polygon as the image library Pillow 12 draws it, by which the LISA
 * evaluation turns its annotations into masks: corners are cut to whole pixels, the outline
 * belongs to the mask, and crossings make holes.
 *
 * Not the mask that COCO's tools give for the same polygon: see `polygonMask`. Numbers are
 * rounded to 32 bits as Pillow does, since half a pixel up or down decides a pixel.
 *
 * @param polygon x₁, y₁, x₂, y₂, … in pixels.
 * @param size Height and width of the image in pixels.
 * @throws {SyntaxError} If a coordinate is single, not a number, or beyond a million pixels.
 *
 * @example The outline counts
 * ```ts
 * import { filledPolygon } from "./filled_polygon.ts";
 *
 * filledPolygon([1, 1, 3, 1, 3, 3, 1, 3], [4, 4]).pixels; // nine pixels are on
 * ```
 */
export function filledPolygon(
  polygon: readonly number[],
  size: Rle["size"],
): Bitmap & { readonly pixels: Uint8Array } {
  const [height, width] = size;
  const pixels = new Uint8Array(pixelCount(size));
  checkPolygon(polygon);
  const fill = (y: number, left: number, right: number) => {
    if (y < 0 || y >= height || left >= width || right < 0) return;
    pixels.fill(
      1,
      y * width + Math.max(left, 0),
      y * width + Math.min(right, width - 1) + 1,
    );
  };
  const sides = sidesOf(polygon.map(Math.trunc));
  for (const { top, bottom, left, right } of sides) {
    if (top === bottom) fill(top, left, right);
  }
  const steep = sides.filter(({ top, bottom }) => top !== bottom);
  const first = sides.reduce((y, { top }) => Math.min(y, top), height);
  const last = Math.min(sides.reduce((y, { bottom }) => Math.max(y, bottom), 0), height);
  for (let y = Math.max(0, first); y <= last; y++) {
    const ends = crossings(steep, y, last);
    for (let i = 1; i < ends.length; i += 2) {
      fill(y, halfUp(ends[i - 1]!), halfDown(ends[i]!));
    }
  }
  return { height, width, pixels };
}

/** Sides in order; consecutive level ones of one direction are merged. */
function sidesOf(corners: readonly number[]): Side[] {
  const sides: Side[] = [];
  const count = corners.length / 2;
  const x = (i: number) => corners[2 * i]!, y = (i: number) => corners[2 * i + 1]!;
  for (let i = 0; i < count - 1; i++) {
    const next = side(x(i), y(i), x(i + 1), y(i + 1));
    const before = sides.at(-1);
    if (i > 0 && before && y(i) === y(i + 1) && y(i) === y(i - 1)) {
      const rightward = x(i + 1) > x(i) && x(i) > x(i - 1);
      const leftward = x(i + 1) < x(i) && x(i) < x(i - 1);
      if (rightward) sides[sides.length - 1] = { ...before, right: x(i + 1) };
      if (leftward) sides[sides.length - 1] = { ...before, left: x(i + 1) };
      if (rightward || leftward) continue;
    }
    sides.push(next);
  }
  const open = x(count - 1) !== x(0) || y(count - 1) !== y(0);
  if (open) sides.push(side(x(count - 1), y(count - 1), x(0), y(0)));
  return sides;
}

function side(x: number, y: number, toX: number, toY: number): Side {
  return {
    x,
    y,
    left: Math.min(x, toX),
    right: Math.max(x, toX),
    top: Math.min(y, toY),
    bottom: Math.max(y, toY),
    slope: y === toY ? 0 : Math.fround((toX - x) / (toY - y)),
  };
}

/** Where a row enters and leaves the polygon, from left to right. */
function crossings(sides: readonly Side[], y: number, last: number): number[] {
  const found: number[] = [];
  sides.forEach((one, i) => {
    if (y < one.top || y > one.bottom) return;
    const x = crossing(one, y);
    const ends = y === one.bottom;
    if (ends && y < last) found.push(x, x); // a corner, at which the row both enters and leaves
    else if ((ends || y === one.top) && one.slope !== 0) {
      found.push(joined(x, one, sides.slice(0, i), y));
    } else found.push(x);
  });
  return found.sort((a, b) => a - b);
}

/** Column of a side in a row, in 32-bit arithmetic. */
function crossing({ x, y, slope }: Side, row: number): number {
  return Math.fround(Math.fround((row - y) * slope) + x);
}

/**
 * The end `x` of a side. If the side meets one of `others` in a corner that points left or right,
 * and both leave it steeply, `x` is moved so that no gap is left to the next row.
 */
function joined(x: number, one: Side, others: readonly Side[], y: number): number {
  const near = y + (y === one.bottom ? -1 : 1);
  for (const other of others) {
    if ((y !== other.top && y !== other.bottom) || other.slope === 0) continue;
    if (halfAway(x) !== halfAway(crossing(other, y))) continue;
    if (near < other.top || near > other.bottom) continue;
    const a = crossing(one, near), b = crossing(other, near);
    if (x > Math.fround(a + 1) && x > Math.fround(b + 1)) {
      return halfAway(Math.max(a, b)) + 1;
    }
    if (x < Math.fround(a - 1) && x < Math.fround(b - 1)) {
      return halfAway(Math.min(a, b)) - 1;
    }
    return x;
  }
  return x;
}

/** The nearest whole number, of two the one further from 0. */
function halfAway(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
}

/** Where a run of pixels starts. */
function halfUp(value: number): number {
  return Math.sign(value) * Math.floor(Math.fround(Math.abs(value) + 0.5));
}

/** Where a run of pixels ends: of two, the one nearer to 0. */
function halfDown(value: number): number {
  return Math.sign(value) * Math.ceil(Math.fround(Math.abs(value) - 0.5));
}
