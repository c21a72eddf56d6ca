import type { Frame } from "../../data/geometry/box.ts";
import type { Detection } from "../records.ts";

/** A number as JSON and plain ASCII write it; nothing else counts as one. */
const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?`;
const WHOLE_NUMBER = new RegExp(`^${NUMBER}$`);
const POINT = String.raw`\(\s*(${NUMBER})\s*,\s*(${NUMBER})\s*\)`;
const CORNERS = new RegExp(String.raw`${POINT}\s*(?:,\s*)?${POINT}`, "g");
const SPACE = /\s/;

/**
 * Reads the boxes that an answer states, in either of the paper's forms:
 *
 * - `[{'Position': [x1, y1, x2, y2], 'Confidence': c}, …]`, with single or double quotes, in a
 *   list or alone, over several lines, with other keys or text between them;
 * - `(x1,y1),(x2,y2)`, without confidence; read only if the first form finds nothing.
 *
 * Complete items count: the tail of a list that was cut off is left out, and so is an item
 * whose position is not four finite numbers. A confidence that is not one finite number
 * (`0.050.05`, `NaN`, `'high'`) is none. Total and linear in the length of the text.
 *
 * @returns In the order stated; corners and confidences as stated, always finite.
 *
 * @example
 * ```ts
 * import { readBoxes } from "./read_boxes.ts";
 *
 * readBoxes("[{'Position': [0, 0, 10, 10], 'Confidence': 0.9}, {'Position': [5, 5");
 * // [{ box: { x1: 0, y1: 0, x2: 10, y2: 10 }, confidence: 0.9 }]
 * ```
 */
export function readBoxes(content: string): readonly Detection<Frame>[] {
  const items = readItems(content);
  return items.length > 0 ? items : readCorners(content);
}

function readCorners(content: string): readonly Detection<Frame>[] {
  const found: Detection<Frame>[] = [];
  for (const [, x1, y1, x2, y2] of content.matchAll(CORNERS)) {
    const box = boxOf([x1, y1, x2, y2].map((text) => numberOf(text!)));
    if (box !== undefined) found.push({ box });
  }
  return found;
}

function readItems(content: string): readonly Detection<Frame>[] {
  const found: Detection<Frame>[] = [];
  let at = content.indexOf("{");
  while (at >= 0) {
    const item = readItem(content, at);
    if (item !== undefined) {
      const box = item.position && boxOf(item.position);
      if (box !== undefined) {
        const { confidence } = item;
        found.push(confidence === undefined ? { box } : { box, confidence });
      }
    }
    at = content.indexOf("{", item?.end ?? at + 1);
  }
  return found;
}

interface Item {
  readonly position?: readonly (number | undefined)[];
  readonly confidence?: number;
  readonly end: number;
}

/** One flat object from its brace at `start`; `undefined` if it is broken or cut off. */
function readItem(text: string, start: number): Item | undefined {
  let position: Item["position"];
  let confidence: number | undefined;
  let at = skipSpace(text, start + 1);
  while (text[at] !== "}") {
    const key = readString(text, at);
    if (key === undefined) return undefined;
    at = skipSpace(text, key.end);
    if (text[at] !== ":") return undefined;
    const value = readValue(text, skipSpace(text, at + 1));
    if (value === undefined) return undefined;
    if (key.inner === "Position") position = value.numbers;
    if (key.inner === "Confidence") confidence = value.number;
    at = skipSpace(text, value.end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
    else if (text[at] !== "}") return undefined;
  }
  return { position, confidence, end: at + 1 };
}

interface Value {
  readonly number?: number;
  readonly numbers?: readonly (number | undefined)[];
  readonly end: number;
}

/** A string, a flat list or a bare word: an item holds nothing else. */
function readValue(text: string, start: number): Value | undefined {
  const first = text[start];
  if (first === "'" || first === '"') return readString(text, start);
  if (first === "[") {
    const end = skipUntil(text, start + 1, "[]{}");
    if (text[end] !== "]") return undefined;
    const numbers = text.slice(start + 1, end).split(",").map(numberOf);
    return { numbers, end: end + 1 };
  }
  const end = skipUntil(text, start, ",[]{}'\"");
  return { number: numberOf(text.slice(start, end)), end };
}

function readString(text: string, start: number) {
  const quote = text[start];
  if (quote !== "'" && quote !== '"') return undefined;
  const end = text.indexOf(quote, start + 1);
  return end < 0 ? undefined : { inner: text.slice(start + 1, end), end: end + 1 };
}

function skipSpace(text: string, at: number): number {
  while (at < text.length && SPACE.test(text[at]!)) at++;
  return at;
}

function skipUntil(text: string, at: number, stops: string): number {
  while (at < text.length && !stops.includes(text[at]!)) at++;
  return at;
}

function numberOf(text: string): number | undefined {
  const word = text.trim();
  const value = WHOLE_NUMBER.test(word) ? Number(word) : NaN;
  return Number.isFinite(value) ? value : undefined; // 1e309 is not a number either
}

function boxOf(numbers: readonly (number | undefined)[]) {
  const [x1, y1, x2, y2] = numbers;
  if (numbers.length !== 4) return undefined;
  if (x1 === undefined || y1 === undefined) return undefined;
  if (x2 === undefined || y2 === undefined) return undefined;
  return { x1, y1, x2, y2 };
}
