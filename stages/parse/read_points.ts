import type { Point } from "../records.ts";
import { withoutFence } from "./plain_content.ts";
import { type LooseValue, readValue, skipSpace } from "./read_value.ts";

/** A point as it is stated. */
export interface StatedPoint extends Point {
  /** Molmo's points are shares of the image's sides, whatever frame was asked for. */
  readonly frame?: "unit";
}

const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const PAIR = new RegExp(String.raw`^\(\s*(${NUMBER})\s*,\s*(${NUMBER})\s*\)$`);
const MOLMO = new RegExp(String.raw`<points?\s([^<>]*)>`, "gi");
const COORDINATE = new RegExp(String.raw`\b([xy])\d*\s*=\s*"\s*(${NUMBER})\s*"`, "gi");

/**
 * Reads the points that an answer states: `{"point_2d": [x, y]}` (or `point`, `points`, `answer`), with
 * one point or a list of them, alone or in a list, `[x, y]`, lists of such pairs, `(x, y)`, and Molmo's `<point x="61.5" y="40.4">`, whose numbers are
 * percentages. Total and linear in the length of the text.
 *
 * @returns In the order stated; Molmo's as shares of 1 with `frame` "unit".
 *
 * @example
 * ```ts
 * import { readPoints } from "./read_points.ts";
 *
 * readPoints('[{"point_2d": [120, 340], "label": "cup"}]'); // [{ x: 120, y: 340 }]
 * ```
 */
export function readPoints(content: string): readonly StatedPoint[] {
  const text = withoutFence(content);
  return pointsIn(text).filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
}

function pointsIn(text: string): readonly StatedPoint[] {
  const molmo = [...text.matchAll(MOLMO)].flatMap(([, inside]) => molmoPoints(inside!));
  if (molmo.length > 0) return molmo;
  const [, x, y] = PAIR.exec(text) ?? [];
  if (x !== undefined) return [{ x: Number(x), y: Number(y) }];
  if (!/^[[{(]/.test(text)) return [];
  const read = readValue(text, 0);
  if (read === undefined || skipSpace(text, read.end) < text.length) return [];
  return pointsOf(read.value);
}

function molmoPoints(inside: string): StatedPoint[] {
  const xs: number[] = [], ys: number[] = [];
  for (const [, axis, number] of inside.matchAll(COORDINATE)) {
    (axis!.toLowerCase() === "x" ? xs : ys).push(Number(number) / 100);
  }
  return xs.length !== ys.length
    ? []
    : xs.map((x, i) => ({ x, y: ys[i]!, frame: "unit" }));
}

const POINT_KEYS = /^(?:points?_?2d|points?|coordinates?|answer)$/i;

function pointsOf(value: LooseValue): readonly StatedPoint[] {
  if (value.kind === "object") {
    return value.entries.flatMap(([key, one]) =>
      POINT_KEYS.test(key) ? pointsOf(one) : []
    );
  }
  if (value.kind !== "list") return [];
  const own = pairOf(value);
  return own.length > 0 ? own : value.items.flatMap((one) => pointsOf(one));
}

/** Two numbers as a point; nothing else is one. */
function pairOf(value: LooseValue): StatedPoint[] {
  if (value.kind !== "list" || value.items.length !== 2) return [];
  const [x, y] = value.items.map((one) =>
    (one.kind === "word" || one.kind === "text") &&
      /^-?\d+(?:\.\d+)?$/.test(one.text.trim())
      ? Number(one.text)
      : NaN
  );
  return Number.isFinite(x) && Number.isFinite(y) ? [{ x: x!, y: y! }] : [];
}
